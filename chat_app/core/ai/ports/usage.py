"""Count the tokens that a request to a model took."""

from dataclasses import dataclass, fields

from chat_app.core.kernel.checks.numbers import storable_sum


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and tokens written, limited to the range of a column.

    `reasoning_tokens` are the part of the written tokens that was reasoning; `cached_tokens` are the part of the read
    tokens that came from the vendor's cache; None if the vendor does not report them.
    """

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None

    def __post_init__(self) -> None:
        """Limit a vendor's counts to valid values."""
        for each in fields(self):
            if (count := getattr(self, each.name)) is not None:
                object.__setattr__(self, each.name, storable_sum([count]))

    def __add__(self, other: "Usage") -> "Usage":
        """Return what two requests took together."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            _sum(self.reasoning_tokens, other.reasoning_tokens),
            _sum(self.cached_tokens, other.cached_tokens),
        )


def _sum(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
