"""The section of the settings page about accounts elsewhere, over what ``assets/account/identities.js`` keeps."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.ui.components.controls import button
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.components.forms import FormVars, field, form, password_field
from chat_app.ui.i18n import t
from chat_app.ui.settings.views import me

_MODULE = "$/public/account/identities.js"
_FORM = FormVars("proveIdentity", "$/public/account/me.js")
_DIALOG = "prove-identity"


@dataclass
class IdentityVar:
    """A provider, and the account there that lets the person in."""

    id: str
    name: str
    linked: bool
    label: str


def identities() -> rx.Component:
    """Return the section; nothing where the site offers no provider."""
    known = _known("identities", list[IdentityVar])
    return rx.cond(
        known.length() > 0,
        rx.el.section(
            rx.el.h2(t("identities.title")),
            rx.el.p(t("identities.hint"), class_name="meta"),
            rx.el.ul(rx.foreach(known, _identity), class_name="identities"),
            dialog(_DIALOG, t("identities.proveTitle"), _proof()),
        ),
    )


def _proof() -> rx.Component:
    """Return the form that asks who it is, before an account is connected or disconnected."""
    password = password_field(
        "password",
        t("security.currentPassword"),
        error=_FORM.error("password"),
        form="prove",
        auto_complete="current-password",
        required=True,
        max_length=1024,
    )
    code = field(
        "code",
        t("security.currentCode"),
        hint=t("privacy.codeHint"),
        error=_FORM.error("code"),
        form="prove",
        auto_complete="one-time-code",
        input_mode="numeric",
    )
    has_password = me("me.has_password", bool)
    return form(
        _FORM,
        rx.el.p(
            rx.cond(has_password, t("identities.proveHint"), t("identities.proveHintNoPassword")), class_name="meta"
        ),
        rx.cond(has_password, password),
        code,
        submit=t("security.continue"),
    )


def _identity(identity: rx.Var[IdentityVar]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(identity.name, class_name="label"),
            rx.el.p(
                rx.cond(
                    identity.linked,
                    rx.cond(
                        identity.label != "", t("identities.linkedAs", label=identity.label), t("identities.linked")
                    ),
                    t("identities.unlinked"),
                ),
                class_name="meta",
            ),
        ),
        rx.cond(
            identity.linked,
            button(t("identities.disconnect"), **_does("disconnect", identity)),
            button(t("identities.connect"), **_does("connect", identity)),
        ),
    )


def _does(action: str, identity: rx.Var[IdentityVar]) -> dict[str, Any]:
    data = VarData(imports={_MODULE: [ImportVar(tag="actions", alias="identityActions")]})
    what = VarData.merge(data, identity._get_all_var_data())
    acts = rx.Var(f'{{onClick: () => identityActions.choose("{action}", {identity.id!s})}}', _var_data=what)
    label = t(f"identities.{action}Which", name=identity.name)
    return {"special_props": [acts], "aria_label": label, "custom_attrs": opens(_DIALOG)}


def _known(member: str, kind: Any) -> rx.Var[Any]:
    hook = {"const known = useIdentities()": None}
    data = VarData(hooks=hook, imports={_MODULE: [ImportVar(tag="useIdentities")]})
    return rx.Var(f"known.{member}", _var_type=kind, _var_data=data).to(kind)
