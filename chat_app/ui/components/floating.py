"""Dialogs, menus and toasts, by the browser's own ``<dialog>`` and popovers."""

import json
from collections.abc import Mapping
from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, icon_button, link
from chat_app.ui.i18n import t, t_of

_MODULE = "$/public/components/floating.js"
_TOASTS = "components/toasts.js"


class _Dialog(rx.el.Dialog):
    """A dialog with the script that opens and closes it."""

    def add_imports(self) -> dict[str, Any]:
        """Load the listener for openers and closers."""
        return {"": _MODULE}


class _ToastPlace(rx.Component):
    """The live region of toasts, which is always on top and never inert."""

    library = f"$/public/{_TOASTS}"
    tag = "ToastPlace"


class _Popover(rx.el.Div):
    """A popover with the script that places it."""

    def add_imports(self) -> dict[str, Any]:
        """Load the listener that places menus and moves among their items."""
        return {"": _MODULE}


def drawn_once_open(floating_id: str, *children: Any) -> rx.Component:
    """Return the content of the dialog or popover of an id.

    It is rendered when that opens for the first time, and stays.
    """
    name = f"drawn_{floating_id.replace('-', '_')}"
    is_drawn = js.hooked(name, f"useDrawn({json.dumps(floating_id)})", "components/drawn.js").to(bool)
    return rx.cond(is_drawn, rx.fragment(*children))


def dialog(dialog_id: str, title: rx.Var[str], *children: Any, **props: Any) -> rx.Component:
    """Return a closed modal dialog: :func:`opens` opens it, :func:`closes`, Escape or a click beside it closes it."""
    header = rx.el.header(
        rx.el.h2(title, id=f"{dialog_id}-title"),
        icon_button("x", t("common.close"), tip="end", custom_attrs={"data-below": "", **closes()}),
    )
    return _Dialog.create(
        drawn_once_open(dialog_id, header, *children),
        id=dialog_id,
        class_name=props.pop("class_name", "dialog"),
        aria_labelledby=f"{dialog_id}-title",
        **props,
    )


def confirm(dialog_id: str, words: str, values: Mapping[str, Any] | None = None, **act: Any) -> rx.Component:
    """Return a closed dialog that asks before what cannot be undone, with ``<words>``, ``…Title`` and ``…Hint``.

    ``values`` are for the slots of the title; ``act`` are the props of the button that does it.
    """
    return dialog(
        dialog_id,
        t(f"{words}Title", **(values or {})),
        rx.el.p(t(f"{words}Hint")),
        rx.el.div(
            button(t("common.cancel"), custom_attrs=closes()),
            button(t(words), kind="danger primary", custom_attrs=closes(), **act),
            class_name="actions",
        ),
        role="alertdialog",
    )


def opens(
    dialog_id: str, about: rx.Var[str] | None = None, *, shows: rx.Var[str] | str | None = None
) -> dict[str, Any]:
    """Return the ``custom_attrs`` of a control that opens a dialog.

    The control's :func:`about_field` names the subject. If the server fills the dialog, it opens only after it
    :func:`shows` the subject, so that no input is lost when fields are replaced.
    """
    named = {"data-about": about, "data-shows": shows}
    return {
        "data-opens": dialog_id,
        "aria-haspopup": "dialog",
        **{name: value for name, value in named.items() if value is not None},
    }


def shows(item: rx.Var[str]) -> dict[str, Any]:
    """Return the ``custom_attrs`` of a dialog whose fields the server fills with this item."""
    return {"data-shows": item}


def about_field() -> rx.Component:
    """Return the hidden field of a dialog's form with the id of its subject."""
    return rx.el.input(type="hidden", name="about")


def add_button(words: rx.Var[str], dialog: str, choose: Any) -> rx.Component:
    """Return what opens a dialog for something new, which the event ``choose`` empties."""
    attrs = opens(dialog, shows="")
    return button(
        icon("plus", 16), words, kind="primary", class_name="own-width", custom_attrs=attrs, on_click=choose("")
    )


def closes() -> dict[str, str]:
    """Return the ``custom_attrs`` of a control that closes the dialog around it."""
    return {"data-closes": ""}


def forgets() -> dict[str, str]:
    """Return the ``custom_attrs`` of a dialog whose forms are emptied when it closes."""
    return {"data-forgets": ""}


def menu(
    menu_id: str, *items: rx.Component, label: rx.Var[str], kind: str = "", grid: bool = False, role: str = "menu"
) -> rx.Component:
    """Return a closed menu of :func:`menu_item`, or of other items in a ``grid``.

    A button with the ``custom_attrs`` of :func:`toggles` opens it, or each of many. A search field in it is walked to
    and from by keys; since a menu can have none, its ``role`` is *dialog*, and items are marked by ``data-item``.
    """
    return _Popover.create(
        drawn_once_open(menu_id, *items),
        id=menu_id,
        class_name=f"menu {kind}".strip(),
        role=role,
        aria_label=label,
        tab_index=0,  # one that is too long for the screen is scrolled by keys
        custom_attrs={"popover": "auto", **({"data-grid": ""} if grid else {})},
    )


def toggles(menu_id: str) -> dict[str, Any]:
    """Return the ``custom_attrs`` of a button that opens and closes a menu."""
    return {"data-menu": menu_id, "aria-haspopup": "menu", "aria-expanded": "false"}


def menu_item(symbol: str | None, words: Any, *, danger: bool = False, **props: Any) -> rx.Component:
    """Return one thing that a menu offers."""
    return rx.el.button(
        *([icon(symbol, 16)] if symbol else []),
        rx.el.span(words),
        type="button",
        role="menuitem",
        tab_index=-1,
        class_name="menu-item danger" if danger else "menu-item",
        **props,
    )


def menu_link(symbol: str, label: Any, *after: Any, href: str) -> rx.Component:
    """Return a page that a menu leads to."""
    return link(
        icon(symbol, 16),
        rx.el.span(label),
        *after,
        href=href,
        class_name="menu-item",
        custom_attrs={"role": "menuitem", "tabIndex": -1},
    )


def menu_line() -> rx.Component:
    """Return a line between groups of items."""
    return rx.el.div(class_name="menu-line", role="separator")


def toast_region() -> rx.Component:
    """Return the place where toasts appear; one per page, outside of what changes."""
    return _ToastPlace.create(
        rx.foreach(js.value(_TOASTS, "useToasts", "list", list[dict[str, Any]]), _toast),
        class_name="toasts",
        custom_attrs={"role": "region", "aria-label": t("common.notifications"), "aria-live": "polite"},
    )


def _toast(each: rx.Var[dict[str, Any]]) -> rx.Component:
    return rx.el.div(
        rx.el.span(t_of(each["key"].to(str), each["values"])),
        rx.el.button(
            icon("x", 16),
            class_name="icon-button",
            aria_label=t("common.close"),
            type="button",
            on_click=js.call(_TOASTS, "dismiss", each["id"]),
        ),
        class_name=rx.cond(each["error"].to(bool), "toast red", "toast"),
        key=each["id"].to(str),
    )
