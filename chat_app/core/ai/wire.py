"""The shapes of models on the wire."""

from typing import Final, Literal, NotRequired, get_args

from typing_extensions import TypedDict

Ability = Literal["vision", "tools", "reasoning", "audio", "drawing"]
ABILITIES: Final[tuple[Ability, ...]] = get_args(Ability)


class ModelNameJson(TypedDict):
    """A model, the `handle` by which messages call it, its provider, and its prices for a million tokens read and
    written, as `$2.00 / $10.00`; empty if unknown.

    `can` has a letter for each ability, `v` for images, `t` for tools, `r` for reasoning, `a` for audio, `d` for
    drawing. One that is `locked` cannot be chosen by this person, and may write answers in rooms all the same.
    """

    id: str
    handle: str
    label: str
    provider: str
    price: str
    can: NotRequired[str]
    locked: NotRequired[bool]


class ModelJson(TypedDict):
    """A model that may be chosen, and its properties; sizes are in tokens. Messages call it by `@` and its `handle`.

    It is a `favorite` where the person has marked it as such.

    Prices are in US cents for a million tokens: read, read from the provider's cache, and written.
    """

    id: str
    handle: str
    label: str
    provider: str
    context_window: int
    max_output: int
    is_demo: bool
    price_in: int | None
    price_cached: int | None
    price_out: int | None
    abilities: list[Ability]
    favorite: bool
