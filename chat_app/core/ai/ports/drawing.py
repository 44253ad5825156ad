"""The request for a picture and its result, for the port of the models."""

from dataclasses import dataclass, field

from chat_app.core.ai.ports.usage import Usage


@dataclass(frozen=True, slots=True)
class DrawingRequest:
    """A request for one picture. `size` is *WIDTHxHEIGHT* in pixels, None for the model's own choice."""

    model: str
    prompt: str
    size: str | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that a model has drawn: PNG, JPEG or WebP, 20 MiB at most.

    `usage` are the tokens, if the vendor counts tokens. `cost` is the price of the picture, if the vendor charges by
    picture, in millionths of a US dollar; None if it is unknown.
    """

    mime_type: str
    data: bytes = field(repr=False)
    usage: Usage | None = None
    cost: int | None = None
