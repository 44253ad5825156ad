"""The sections of the settings page, over the profile that ``assets/account/me.js`` keeps."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.core.accounts.rules import COLORS, NAME_MAX, THEMES
from chat_app.ui.components.controls import button, icon, link_button
from chat_app.ui.components.display import initials
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.forms import FormVars, field, form, segments, swatches
from chat_app.ui.i18n import LOCALES, t, t_in
from chat_app.ui.outbox.state import OutboxState

_MODULE = "$/public/account/me.js"
_PROFILE = FormVars("profile", _MODULE)


def profile() -> rx.Component:
    """Return the section about how others see the person."""
    name = field(
        "name",
        t("auth.name"),
        error=_PROFILE.error("name"),
        default_value=me("me.name", str),
        auto_complete="name",
        required=True,
        max_length=NAME_MAX,
        form="profile",
    )
    colors = {color: t(f"settings.colors.{color}") for color in COLORS}
    return _section(
        t("settings.profile"),
        rx.el.p("@", me("me.username", str), " · ", me("me.email", str), class_name="meta"),
        _picture(),
        _row(
            "color", t("settings.color"), swatches("color", colors, me("me.color", str), special_props=[_of("color")])
        ),
        form(_PROFILE, name, submit=t("common.save"), kind="own-width"),
    )


def appearance() -> rx.Component:
    """Return the section about how Parley looks to the person."""
    themes = {theme: t(f"settings.themes.{theme}") for theme in THEMES}
    return _section(
        t("settings.appearance"),
        _row(
            "locale",
            t("settings.language"),
            segments("locale", LOCALES, me("me.locale", str), special_props=[_of("locale")]),
        ),
        _row(
            "theme", t("settings.theme"), segments("theme", themes, me("me.theme", str), special_props=[_of("theme")])
        ),
    )


def receipts() -> rx.Component:
    """Return the choice whether others learn what the person has read."""
    return switch_row(
        t("settings.receipts"), t("settings.receiptsHint"), me("me.receipts", bool), does("toggleReceipts")
    )


def switch_row(label: rx.Var[str], hint: rx.Var[str], on: rx.Var[bool], props: rx.Var[Any]) -> rx.Component:
    """Return something that is on or off; ``props`` are the switch's."""
    switch = rx.el.button(
        rx.el.span(class_name="switch-knob"),
        type="button",
        role="switch",
        aria_checked=on,
        aria_label=label,
        class_name="switch",
        special_props=[props],
    )
    words = rx.el.div(rx.el.p(label, class_name="label"), rx.el.p(hint, class_name="meta"))
    return rx.el.div(words, switch, class_name="switch-row")


def sessions() -> rx.Component:
    """Return the section about signing in and out."""
    return _section(
        t("security.open"),
        rx.el.p(t("security.openHint"), class_name="meta"),
        rx.el.div(
            link_button(t("security.open"), href="/settings/security"),
            button(t("auth.signOut"), busy=me("leaving", str) == "here", special_props=[does("signOut")]),
            button(
                t("auth.signOutEverywhere"),
                kind="danger",
                busy=me("leaving", str) == "everywhere",
                custom_attrs=opens("sign-out-everywhere"),
            ),
            class_name="buttons",
        ),
        confirm("sign-out-everywhere", "auth.signOutEverywhere", special_props=[does("signOutEverywhere")]),
    )


def moderation() -> rx.Component:
    """Return the section of the site's admins."""
    return _section(
        t("settings.administration"),
        rx.el.p(t("safety.moderationHint"), class_name="meta"),
        rx.el.div(
            link_button(icon("shield", 16), t("safety.moderation"), href="/moderation"),
            _outbox_link(),
            class_name="buttons",
        ),
    )


def _outbox_link() -> rx.Component:
    """The way to the outbox, where mail is kept for want of a mail server. Asks only once it is shown, to an admin."""
    kept = (OutboxState.status == "ready") & ~OutboxState.delivers
    way = rx.cond(kept, link_button(icon("mail", 16), t("outbox.title"), href="/outbox"))
    return rx.el.span(way, on_mount=OutboxState.load)


def me(member: str, kind: type) -> rx.Var[Any]:
    """Return what the store knows: ``status``, ``leaving``, ``me.name`` and so on."""
    data = VarData(hooks={"const own = useMe()": None}, imports={_MODULE: [ImportVar(tag="useMe")]})
    return rx.Var(f"own.{member}", _var_type=kind, _var_data=data).to(kind)


def does(action: str) -> rx.Var[Any]:
    """Return the ``special_props`` of a button that does something to the profile."""
    data = VarData(imports={_MODULE: [ImportVar(tag="actions", alias="profileActions")]})
    return rx.Var(f"{{onClick: profileActions.{action}}}", _var_data=data)


def _of(name: str) -> rx.Var[Any]:
    data = VarData(imports={_MODULE: [ImportVar(tag="inputs", alias="profileInputs")]})
    return rx.Var(f"profileInputs.{name}", _var_data=data)


def _picture() -> rx.Component:
    version, preview, error = me("me.avatar", int), me("picture", str), me("pictureError", str)
    saved = rx.Var.create(f"/api/v1/users/{me('me.id', str)}/avatar?v={version}")
    return rx.el.div(
        rx.el.span(
            initials(me("me.name", str)),
            rx.cond((preview != "") | version.bool(), rx.el.img(src=rx.cond(preview != "", preview, saved), alt="")),
            class_name=f"avatar large tint-{me('me.color', str)}",
            aria_hidden=True,
        ),
        rx.el.div(
            rx.el.div(
                rx.el.label(
                    icon("image"),
                    t("settings.choosePicture"),
                    rx.el.input(
                        type="file",
                        accept="image/png,image/jpeg,image/webp,image/gif",
                        class_name="visually-hidden",
                        aria_describedby="picture-hint picture-error",
                        special_props=[_of("picture")],
                    ),
                    class_name="button",
                ),
                rx.cond(
                    version.bool(),
                    button(t("settings.removePicture"), kind="plain", special_props=[does("removePicture")]),
                ),
                class_name="buttons",
            ),
            rx.el.p(t("settings.pictureHint"), class_name="hint", id="picture-hint"),
            rx.el.p(
                rx.cond(error != "", t_in("errors", error), ""), class_name="error", id="picture-error", role="alert"
            ),
            class_name="field",
        ),
        class_name="picture",
        aria_busy=me("uploading", bool),
    )


def _section(title: rx.Var[str], *children: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(title), *children)


def _row(name: str, label: rx.Var[str], *controls: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.p(label, class_name="label", id=f"{name}-label"), *controls, class_name="field")
