"""Invite people to the site, on the page ``/admin/people``."""

import reflex as rx

from chat_app.core.access.site import SiteRole
from chat_app.core.site.invitations import DAYS_MAX
from chat_app.ui.administration.people.site_invitations_state import OpenInvitationVar, SiteInvitationsState
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import dialog, forgets, opens
from chat_app.ui.components.forms import FormVars, dialog_form, field
from chat_app.ui.i18n import t
from chat_app.ui.times import full_time

_DIALOG = "site-invite"
_FORM = FormVars("siteInvite", state=SiteInvitationsState, send=SiteInvitationsState.make)


def invite_button() -> rx.Component:
    """Return the button that opens the dialog."""
    return button(
        icon("user-plus", 16),
        t("siteSettings.invite"),
        custom_attrs=opens(_DIALOG),
        on_click=SiteInvitationsState.open,
    )


def invite_dialog() -> rx.Component:
    """Return the dialog: a new invitation, its outcome, and the open invitations."""
    return dialog(
        _DIALOG,
        t("siteSettings.inviteTitle"),
        rx.el.p(t("siteSettings.inviteHint"), class_name="meta"),
        rx.cond(SiteInvitationsState.link != "", _made()),
        rx.cond(
            SiteInvitationsState.mailed != "",
            rx.el.p(t("siteSettings.inviteMailed", email=SiteInvitationsState.mailed), role="status"),
        ),
        dialog_form(_FORM, *_fields(), submit=t("siteSettings.inviteMake")),
        rx.el.section(
            rx.el.h3(t("siteSettings.inviteOpen")),
            rx.cond(
                SiteInvitationsState.invitations.length() == 0,
                rx.el.p(t("siteSettings.inviteNone"), class_name="meta"),
                rx.el.ul(rx.foreach(SiteInvitationsState.invitations, _open), class_name="invitation-list"),
            ),
        ),
        custom_attrs=forgets(),
    )


def _fields() -> list[rx.Component]:
    return [
        field(
            "email",
            t("siteSettings.inviteEmail"),
            error=_FORM.error("email"),
            hint=t("siteSettings.inviteEmailHint"),
            form="site-invite",
            type="email",
            auto_complete="off",
            max_length=320,
        ),
        field(
            "days",
            t("siteSettings.inviteDays"),
            error=_FORM.error("days"),
            form="site-invite",
            type="number",
            min=1,
            max=DAYS_MAX,
            default_value="7",
            required=True,
        ),
        rx.el.fieldset(
            rx.el.legend(t("siteSettings.inviteRoles"), class_name="label"),
            *(
                rx.el.label(
                    rx.el.input(type="checkbox", name="roles", value=role.value),
                    rx.el.span(t(f"administration.roles.{role.value}")),
                    class_name="check",
                )
                for role in SiteRole
            ),
            class_name="checks-column",
        ),
    ]


def _made() -> rx.Component:
    return rx.el.div(
        rx.el.p(t("siteSettings.inviteCopy"), role="status"),
        rx.el.input(
            value=SiteInvitationsState.link,
            read_only=True,
            class_name="input",
            aria_label=t("siteSettings.inviteLink"),
            id="site-invite-link",
        ),
        class_name="site-invite-made",
    )


def _open(invitation: rx.Var[OpenInvitationVar]) -> rx.Component:
    return rx.el.li(
        rx.el.p(rx.cond(invitation.email != "", invitation.email, t("siteSettings.inviteByLink"))),
        rx.el.p(t("siteSettings.inviteUntil", date=full_time(invitation.expires_at)), class_name="meta"),
        button(t("siteSettings.revoke"), on_click=SiteInvitationsState.revoke(invitation.id)),
        key=invitation.id,
    )
