"""The feed's slices as vars, and its actions as handlers, for pages written in Python.

The values live in the browser alone (``assets/live``).
"""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.ui.live.shapes import (
    AskedVar,
    CardVar,
    ChosenVar,
    GroupVar,
    InvitationVar,
    LinkVar,
    MemberVar,
    ModelVar,
    PersonVar,
    ReceiptVar,
    RoomVar,
    RowVar,
    SidebarVar,
)


def hooked(name: str, hook: str, module: str, var_type: Any) -> rx.Var[Any]:
    """Return the value that the React hook ``hook`` of ``module`` gives for the slice ``name``."""
    constant = f"{hook}_{name}"
    data = VarData(
        hooks={f'const {constant} = {hook}("{name}")': None}, imports={f"$/public/{module}": [ImportVar(tag=hook)]}
    )
    return rx.Var(constant, _var_type=var_type, _var_data=data).to(var_type)


def feed(name: str, var_type: Any) -> rx.Var[Any]:
    """A slice of the feed."""
    return hooked(name, "useFeed", "live/store.js", var_type)


def composer(name: str, var_type: Any) -> rx.Var[Any]:
    """A slice of the composer."""
    return hooked(name, "useComposer", "conversation/composer.js", var_type)


def on_click(module: str, function: str, *args: Any) -> rx.Var[Any]:
    """Props for an element (``special_props``) whose click calls ``function`` of the JavaScript ``module``."""
    return on("onClick", module, function, *args)


def on(event: str, module: str, function: str, *args: Any, before: str = "") -> rx.Var[Any]:
    """Props for an element (``special_props``) on whose ``event`` the JavaScript function is called with ``args``.

    ``before`` is an expression that comes first.
    """
    values = [rx.Var.create(arg) for arg in args]
    call = f"{function}({', '.join(str(value) for value in values)})"
    call = f"{{{event}: (event) => ({before}, {call})}}" if before else f"{{{event}: () => {call}}}"
    data = VarData(imports={f"$/public/{module}": [ImportVar(tag=function)]})
    return rx.Var(call, _var_data=VarData.merge(data, *(value._get_all_var_data() for value in values)))


def on_press(module: str, function: str, *args: Any) -> rx.Var[Any]:
    """As :func:`on_click`, but when the mouse goes down, and without taking the focus from where it is."""
    return on("onMouseDown", module, function, *args, before="event.preventDefault()")


def props(module: str, name: str, alias: str) -> rx.Var[Any]:
    """Props for an element (``special_props``): the object ``name`` that the JavaScript ``module`` exports."""
    return rx.Var(alias, _var_data=VarData(imports={f"$/public/{module}": [ImportVar(tag=name, alias=alias)]}))


ROOM: RoomVar = feed("room", RoomVar)  # type: ignore[assignment]
ROWS = feed("rows", list[RowVar])
ROOMS = feed("rooms", list[SidebarVar])
PLACES = feed("places", list[SidebarVar])
DIRECTS = feed("directs", list[SidebarVar])
PRESENCE = feed("presence", dict[str, dict[str, str]])
ROOMS_KNOWN = feed("roomsKnown", bool)
MEMBERS = feed("members", list[MemberVar])
MEMBER: ChosenVar = feed("member", ChosenVar)  # type: ignore[assignment]
REQUESTS = feed("requests", list[PersonVar])
BANS = feed("bans", list[PersonVar])
MODELS = feed("models", list[ModelVar])
LINKS = feed("links", list[LinkVar])
INBOX = feed("inbox", list[InvitationVar])
"""The rooms into which the person is asked."""
PENDING = feed("pending", list[InvitationVar])
"""Who is asked into the room that is shown, where the person may see that."""
GROUPS = feed("groups", list[GroupVar])
ASKED = feed("asked", list[AskedVar])
TYPING = feed("typing", list[str])
PINS = feed("pins", list[CardVar])
PINS_KNOWN = feed("pinsKnown", bool)
STARS = feed("stars", list[CardVar])
STARS_KNOWN = feed("starsKnown", bool)
RECEIPT: ReceiptVar = feed("receipt", ReceiptVar)  # type: ignore[assignment]
ONLINE = feed("online", bool)
ME: PersonVar = feed("me", PersonVar)  # type: ignore[assignment]
