"""The shapes of ops that answer a tab's request. ``t`` is the type."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from chat_app.core.assistants.views import OfferedAssistantJson
from chat_app.core.prompts.views import OfferedPromptJson, VariableJson


class RefusedOp(TypedDict):
    """`refused`: the tab's request cannot be done, and the reason."""

    t: Literal["refused"]
    about: str
    code: str
    details: dict[str, Any]


class DoneOp(TypedDict):
    """`done`: a dialog may close."""

    t: Literal["done"]
    dialog: str


class ToastOp(TypedDict):
    """`toast`: a notice, as a key of the catalogue."""

    t: Literal["toast"]
    key: str
    values: dict[str, Any]


class StartedOp(TypedDict):
    """`started`: your chat's room is there."""

    t: Literal["started"]
    nonce: str
    room: str


class AsideOp(TypedDict):
    """`aside`: your aside of a `room` is there."""

    t: Literal["aside"]
    room: str
    aside: str


class OnceOp(TypedDict):
    """`once`: data that is shown once: an authenticator's secret and QR code, recovery codes, or an API token.

    `passkey` are the options to create a passkey, as JSON.
    """

    t: Literal["once"]
    secret: NotRequired[str]
    qr: NotRequired[str]
    codes: NotRequired[str]
    token: NotRequired[str]
    passkey: NotRequired[str]


class PromptsOp(TypedDict):
    """`prompts`: the prompts that the composer offers, your own first. With `more` there are others by more letters."""

    t: Literal["prompts"]
    prompts: list[OfferedPromptJson]
    more: bool


class PromptOp(TypedDict):
    """`prompt`: the prompt that you have taken: its `text`, or null while values are missing for its `variables`."""

    t: Literal["prompt"]
    id: str
    name: str
    variables: list[VariableJson]
    text: str | None


class AssistantsOp(TypedDict):
    """`assistants`: the assistants that you may ask, your own first, then the site's."""

    t: Literal["assistants"]
    assistants: list[OfferedAssistantJson]


AnyOutcomeOp = RefusedOp | DoneOp | ToastOp | StartedOp | AsideOp | OnceOp | PromptsOp | PromptOp | AssistantsOp
