"""People's pictures, and small components without behaviour."""

from typing import Any, Literal

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import ago

Size = Literal["small", "", "large"]


def avatar(
    user_id: rx.Var[str], name: rx.Var[str], color: rx.Var[str], version: rx.Var[Any], size: Size = ""
) -> rx.Component:
    """Return a person's picture, or colored initials if ``version`` is null; the name is shown beside it."""
    return rx.el.span(
        initials(name),
        rx.cond(
            version,
            rx.el.img(src=f"/api/v1/users/{user_id}/avatar?v={version}", alt="", custom_attrs={"decoding": "async"}),
        ),
        class_name=f"avatar {size} tint-{color}",
        aria_hidden=True,
    )


def assistant_picture(
    assistant_id: rx.Var[str], name: rx.Var[str], version: rx.Var[Any], size: Size = ""
) -> rx.Component:
    """Return an assistant's picture, or its initials if ``version`` is null; the name is shown beside it."""
    address = f"/api/v1/assistants/{assistant_id}/picture?v={version}"
    return rx.el.span(
        initials(name),
        rx.cond(version, rx.el.img(src=address, alt="", custom_attrs={"decoding": "async"})),
        class_name=f"avatar {size} assistant",
        aria_hidden=True,
    )


def person_avatar(person: rx.Var[Any], presence: rx.Var[str], size: Size = "") -> rx.Component:
    """Return a person's picture, with a dot for their presence if ``presence`` is known."""
    return rx.el.span(
        avatar(person.id, person.name, person.color, person.avatar, size),
        rx.cond(
            (presence == "online") | (presence == "away"),
            rx.el.span(class_name="presence " + presence, role="img", aria_label=t_in("presence", presence)),
        ),
        class_name="with-presence",
    )


def presence_words(state: rx.Var[str], seen: rx.Var[str]) -> rx.Var[str]:
    """Return whether a person is present, or when they last were; "" if that is hidden."""
    return rx.match(
        state,
        ("online", t("presence.online")),
        ("away", t("presence.away")),
        ("offline", t("presence.offline", when=ago(seen))),
        "",
    )


def who(person: Any) -> rx.Component:
    """Return a person's picture, name and username, for a row of a list."""
    return rx.fragment(
        avatar(person.id, person.name, person.color, person.avatar),
        rx.el.span(
            rx.el.span(person.name, class_name="truncate"),
            rx.el.span("@", person.username, class_name="meta truncate"),
            class_name="who",
        ),
    )


def initials(name: rx.Var[str]) -> rx.Var[str]:
    """Return a name's first letters: one in scripts without capitals, else up to two."""
    return js.result("components/initials.js", "initials", str, name)


def badge(*children: Any, kind: Literal["", "accent", "amber"] = "", **props: Any) -> rx.Component:
    """Return a small count or mark."""
    return rx.el.span(*children, class_name=f"badge {kind}", **props)


def skeleton(width: str = "100%", height: str | None = None, *, round: bool = False) -> rx.Component:
    """Return a placeholder for content that is being loaded, of the same size."""
    style = {"width": width} | ({"height": height} if height else {})
    return rx.el.span(class_name="skeleton round" if round else "skeleton", style=style, aria_hidden=True)


def empty(text: rx.Var[str], action: rx.Component | None = None, symbol: str | None = None) -> rx.Component:
    """Return the content of an empty place: one sentence and, mostly, one action."""
    return rx.el.div(
        *([icon(symbol, 24)] if symbol else []), rx.el.p(text), *([action] if action else []), class_name="empty"
    )


def notice(*children: Any, kind: Literal["", "red", "amber"] = "", **props: Any) -> rx.Component:
    """Return a line about something that the reader should know."""
    return rx.el.p(icon("info", 16), rx.el.span(*children), class_name=f"notice {kind}", **props)


def spinner() -> rx.Component:
    """Return a turning ring."""
    return rx.el.span(class_name="spinner", aria_hidden=True)


def mark(size: int = 28) -> rx.Component:
    """Return Parley's mark."""
    return rx.el.svg(
        rx.el.path(d="M6 5h12.5a8 8 0 0 1 0 16H13l-7 6z", fill="var(--accent)"),
        rx.el.path(d="M12 13h8", stroke="var(--paper)", stroke_width="2.5", stroke_linecap="round"),
        view_box="0 0 32 32",
        width=size,
        height=size,
        aria_hidden=True,
        class_name="mark",
    )
