"""Buttons, icons and links."""

from typing import Any, Final, Literal

import reflex as rx

ButtonKind = Literal["quiet", "primary", "danger", "danger primary", "plain"]
Side = Literal["top", "bottom", "left", "end"]

AGAIN: Final = 500
"""The milliseconds in which a second press is ignored, for ``throttle`` of actions that must not be repeated."""


def icon(name: str, size: int = 18) -> rx.Component:
    """Return a Lucide icon without a text alternative: the control around it has the words."""
    return rx.icon(name, size=size, class_name="icon", aria_hidden=True)


def button(*children: Any, kind: ButtonKind = "quiet", busy: rx.Var[bool] | bool = False, **props: Any) -> rx.Component:
    """Return a button.

    While ``busy``, a spinner replaces its label. It is not disabled then, because it would lose the focus: its action
    must ignore repetitions.
    """
    props.setdefault("type", "button")
    if busy is not False:
        props.update(aria_busy=busy, aria_disabled=busy)
    return rx.el.button(*children, class_name=_classes("button", kind, props), **props)


def link_button(*children: Any, href: rx.Var[str] | str, kind: ButtonKind = "quiet", **props: Any) -> rx.Component:
    """Return a link within the site that looks like a button."""
    return link(*children, href=href, class_name=_classes("button", kind, props), **props)


def link(*children: Any, href: rx.Var[str] | str, class_name: Any = "link", **props: Any) -> rx.Component:
    """Return a link within the site; it changes the page without a reload."""
    return _RouterLink.create(*children, to=href, class_name=class_name, **props)


def nav_link(*children: Any, href: str, class_name: str) -> rx.Component:
    """Return a link of the navigation, marked when its page is shown."""
    return _NavLink.create(*children, to=href, end=True, class_name=class_name)


def icon_button(
    shows: str | rx.Component, label: rx.Var[str], *, tip: Side = "top", size: int = 18, **props: Any
) -> rx.Component:
    """Return a button that ``shows`` an icon, by its name or made already.

    ``label`` names it to screen readers and in a tip on the side ``tip``.
    """
    drawn = icon(shows, size) if isinstance(shows, str) else shows
    props.setdefault("type", "button")
    props["custom_attrs"] = {"data-tip": label, "data-side": tip, **props.get("custom_attrs", {})}
    return _TipButton.create(drawn, aria_label=label, class_name=_classes("icon-button", "", props), **props)


def kbd(*keys: str) -> rx.Component:
    """Return the keys of a shortcut."""
    return rx.el.span(*(rx.el.kbd(key, class_name="kbd") for key in keys))


class _TipButton(rx.el.Button):
    """A button with the script of its tip."""

    def add_imports(self) -> dict[str, Any]:
        """Load the listeners that know when tips show."""
        return {"": "$/public/components/tips.js"}


class _RouterLink(rx.Component):
    """React Router's link."""

    library = "react-router"
    tag = "Link"

    to: rx.Var[str]
    replace: rx.Var[bool]
    reload_document: rx.Var[bool]


class _NavLink(_RouterLink):
    """React Router's link that marks itself with ``aria-current``."""

    tag = "NavLink"

    end: rx.Var[bool]


def _classes(name: str, kind: str, props: dict[str, Any]) -> Any:
    own = " ".join(part for part in (name, "" if kind == "quiet" else kind) if part)
    given = props.pop("class_name", None)
    return f"{own} {given}" if given is not None else own
