"""Count the tokens that a request to a model took."""

from dataclasses import dataclass

from chat_app.core.kernel.checks.numbers import storable_sum


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and tokens written.

    `reasoning_tokens` are those of the written ones that were reasoning, `cached_tokens` those of the read ones that
    the vendor had in its cache; None where it does not say.
    """

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """Return what two requests took together."""
        return Usage(
            storable_sum((self.prompt_tokens, other.prompt_tokens)),
            storable_sum((self.completion_tokens, other.completion_tokens)),
            _sum(self.reasoning_tokens, other.reasoning_tokens),
            _sum(self.cached_tokens, other.cached_tokens),
        )


def _sum(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return storable_sum(known) if known else None
