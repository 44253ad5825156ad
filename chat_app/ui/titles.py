"""The title of each page, as the browser's tab and its history show it: "(2) Settings · Parley"."""

from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import ROOM, SITE_NAME, UNREAD
from chat_app.ui.profile.state import ProfileState

SITE: Final = "Parley"

_ROOM: Final = rx.cond(ROOM, rx.cond(ROOM.absent, t("room.absentTitle"), ROOM.name), "")
_NAMES: Final = {
    "/": _ROOM,  # of a chat that has just been begun; else none
    "/r/[room_id]": _ROOM,
    "/search": t("search.title"),
    "/people": t("people.title"),
    "/groups": t("groups.title"),
    "/prompts": t("prompts.title"),
    "/assistants": t("assistants.title"),
    "/u/[username]": rx.cond(ProfileState.path == js.PATH, ProfileState.person.name, ""),
    "/settings": t("settings.title"),
    "/settings/security": t("security.title"),
    "/settings/billing": t("payments.title"),
    "/settings/usage": t("usage.title"),
    "/admin": t("administration.title"),
    "/admin/people": t("administration.people"),
    "/admin/rooms": t("administration.rooms"),
    "/admin/groups": t("administration.groups"),
    "/admin/invitations": t("siteInvitations.title"),
    "/admin/usage": t("siteUsage.title"),
    "/admin/storage": t("storage.title"),
    "/admin/reports": t("safety.moderation"),
    "/admin/settings": t("siteSettings.title"),
    "/admin/audit": t("administration.audit"),
    "/admin/jobs": t("administration.jobs"),
    "/admin/webhooks": t("siteWebhooks.title"),
    "/admin/outbox": t("outbox.title"),
    "/support": t("support.title"),
    "/admin/models": t("models.title"),
    "/admin/tools": t("siteTools.title"),
    "/admin/applications": t("applications.title"),
    "/sign-in": t("auth.signIn"),
    "/sign-up": t("auth.signUp"),
    "/forgot-password": t("auth.forgotTitle"),
    "/reset-password": t("auth.resetTitle"),
    "/verify-email": t("auth.verifyTitle"),
    "/welcome": t("auth.signUp"),
    "/consent": t("consent.page"),
    "/join/[token]": t("join.join"),
    "404": t("notFound.title"),
}


def title_of(route: str) -> rx.Var[str]:
    """Return the title of the page at ``route``, with the number of rooms that have unread messages before it."""
    name = _NAMES[route]
    unread = rx.cond(UNREAD > 0, "(" + UNREAD.to_string() + ") ", "")
    return unread + rx.cond(name != "", name + " · ", "") + SITE_NAME
