"""Show and change the pictures of the site's brand, on the page ``/admin/settings``."""

from typing import Any

import reflex as rx

from chat_app.core.site.settings import BRAND_PICTURES
from chat_app.ui import js
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.picture import PICTURE, PictureInput
from chat_app.ui.i18n import t, t_in
from chat_app.ui.site.state import SiteState


def brand_pictures(may_change: rx.Var[bool]) -> rx.Component:
    """Return the pictures of the brand, each with its controls if the person may change it."""
    return rx.el.div(*(_picture(name, may_change) for name in BRAND_PICTURES), class_name="brand-pictures")


def _picture(name: str, may_change: rx.Var[bool]) -> rx.Component:
    version: rx.Var[int] = SiteState.pictures[name].to(int)
    label = t(f"siteSettings.names.brand_{name}")
    shown = rx.el.img(src=f"/api/v1/site/pictures/{name}?v={version}", alt=label)
    return rx.el.div(
        rx.el.span(label, class_name="label", id=f"brand-{name}"),
        rx.el.span(
            rx.cond(version > 0, shown, rx.el.span(t("siteSettings.noPicture"), class_name="meta")),
            class_name=f"brand-picture {name}{' dark' if name == 'logo_dark' else ''}",
        ),
        rx.cond(may_change, _acts(name, version)),
        rx.el.p(t(f"siteSettings.hints.brand_{name}"), class_name="hint", id=f"brand-{name}-hint"),
        rx.el.p(_error(name), class_name="error", id=f"brand-{name}-error", role="alert"),
        role="group",
        aria_labelledby=f"brand-{name}",
        aria_busy=_is_here(name) & _uploaded("uploading", bool),
        class_name="field",
    )


def _acts(name: str, version: rx.Var[int]) -> rx.Component:
    chosen = PictureInput.create(
        accept="image/png,image/jpeg,image/webp",
        class_name="visually-hidden",
        aria_describedby=f"brand-{name}-hint brand-{name}-error",
        path=_path(name),
        version=version,
        on_saved=SiteState.show_pictures,
    )
    remove = button(t("siteSettings.removePicture"), kind="plain", on_click=SiteState.remove_picture(name))
    return rx.el.div(
        rx.el.label(icon("image"), t("siteSettings.choosePicture"), chosen, class_name="button"),
        rx.cond(version > 0, remove),
        class_name="buttons",
    )


def _error(name: str) -> rx.Var[str]:
    error = _uploaded("error", str)
    return rx.cond(_is_here(name) & (error != ""), t_in("errors", error), "")


def _is_here(name: str) -> rx.Var[bool]:
    """Return whether the browser's message about an upload concerns this picture."""
    return _uploaded("path", str) == _path(name)


def _path(name: str) -> str:
    return f"/admin/branding/{name}"


def _uploaded(name: str, kind: type) -> rx.Var[Any]:
    return js.value(PICTURE, "usePicture", name, kind)
