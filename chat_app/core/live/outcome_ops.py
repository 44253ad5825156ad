"""The shapes of ops that answer a tab's request. ``t`` is the type."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict


class RefusedOp(TypedDict):
    """`refused`: what the tab asked for cannot be done, and why."""

    t: Literal["refused"]
    about: str
    code: str
    details: dict[str, Any]


class DoneOp(TypedDict):
    """`done`: that dialog may close."""

    t: Literal["done"]
    dialog: str


class SaidOp(TypedDict):
    """`said`: what was done, as a key of the catalogue."""

    t: Literal["said"]
    key: str
    values: dict[str, Any]


class StartedOp(TypedDict):
    """`started`: your chat's room is there."""

    t: Literal["started"]
    nonce: str
    room: str


class OnceOp(TypedDict):
    """`once`: what is shown once: an authenticator's secret and its picture, codes for recovery, or an API token."""

    t: Literal["once"]
    secret: NotRequired[str]
    qr: NotRequired[str]
    codes: NotRequired[str]
    token: NotRequired[str]


AnyOutcomeOp = RefusedOp | DoneOp | SaidOp | StartedOp | OnceOp
