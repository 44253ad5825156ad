"""The frame of the staff's pages: the list of pages that a person may see, and the page beside it."""

from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.ui.badges.reports import pending_badge
from chat_app.ui.badges.sign_ups import sign_ups_badge
from chat_app.ui.components.controls import button, icon, link_button, nav_link
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.vars import MAY


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the staff: its address, its icon, and the permissions that show it; one of them is enough."""

    href: str
    symbol: str
    title: rx.Var[str]
    permissions: tuple[SitePermission, ...]


SECTIONS: Final = (
    Section("/admin", "chart-column", t("administration.overview"), (SitePermission.VIEW_OVERVIEW,)),
    Section("/admin/people", "users", t("administration.people"), (SitePermission.VIEW_PEOPLE,)),
    Section("/admin/rooms", "messages-square", t("administration.rooms"), (SitePermission.VIEW_ROOMS,)),
    Section("/admin/groups", "users-round", t("administration.groups"), (SitePermission.VIEW_ROOMS,)),
    Section("/admin/invitations", "mail-plus", t("siteInvitations.title"), (SitePermission.VIEW_ROOMS,)),
    Section("/admin/usage", "coins", t("siteUsage.title"), (SitePermission.VIEW_BILLING,)),
    Section("/admin/storage", "hard-drive", t("storage.title"), (SitePermission.VIEW_ROOMS,)),
    Section(
        "/admin/reports",
        "shield",
        t("administration.reports"),
        (SitePermission.MODERATE, SitePermission.MANAGE_MODELS),
    ),
    Section("/admin/settings", "settings", t("administration.settings"), (SitePermission.VIEW_SITE,)),
    Section("/admin/audit", "scroll-text", t("administration.audit"), (SitePermission.VIEW_AUDIT,)),
    Section("/admin/jobs", "list-checks", t("administration.jobs"), (SitePermission.VIEW_JOBS,)),
    Section("/admin/webhooks", "webhook", t("siteWebhooks.title"), (SitePermission.VIEW_BILLING,)),
    Section("/admin/outbox", "mail", t("outbox.title"), (SitePermission.MANAGE_SITE,)),
    Section("/admin/models", "sparkles", t("models.title"), (SitePermission.MANAGE_MODELS,)),
    Section("/admin/tools", "wrench", t("siteTools.title"), (SitePermission.MANAGE_TOOLS,)),
    Section("/admin/applications", "key-round", t("applications.title"), (SitePermission.MANAGE_SITE,)),
)


class _Frame(rx.el.Div):
    """The frame with the texts of the staff's pages."""

    def add_imports(self) -> dict[str, Any]:
        """Load the texts before the page is drawn."""
        return {"": "$/public/administration/texts.js"}


def may(permission: SitePermission) -> rx.Var[bool]:
    """Return whether the person has a permission in running the site. It only affects the display: use cases check."""
    return MAY.contains(permission.value)


def admin_page(title: rx.Var[str], *content: Any, controls: tuple[rx.Component, ...] = ()) -> rx.Component:
    """Return a page of the staff, with ``controls`` beside its title."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(title), *controls, class_name="room-header"),
        _Frame.create(
            # Its place is kept for who sees none: nothing moves when that is known.
            rx.cond(MAY.length() > 0, _sections(), rx.el.div(class_name="admin-sections")),
            rx.el.div(*content, class_name="scrolls"),
            class_name="admin",
        ),
    )


def refresh_button(status: rx.Var[str], load: Any) -> rx.Component:
    """Return the button that loads a page again; it has no place where the person may not see the page."""
    return rx.cond(status != "absent", button(icon("refresh-cw", 16), t("outbox.renew"), on_click=load))


def by_status(status: rx.Var[str], ready: rx.Component, load: Any) -> rx.Component:
    """Return a page by its status: the content, a skeleton, the note that nothing is found, or the button to retry."""
    absent = rx.cond(
        MAY.length() > 0,
        empty(t("administration.choose"), symbol="layout-list"),
        empty(t("notFound.hint"), link_button(t("notFound.home"), href="/")),
    )
    failed = empty(t("administration.failed"), button(t("common.retry"), on_click=load))
    lines = [skeleton("100%", "96px"), *(skeleton("100%", "44px") for _ in range(3))]
    loading = rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
    return rx.match(status, ("ready", ready), ("absent", absent), ("failed", failed), loading)


def _sections() -> rx.Component:
    return rx.el.nav(
        rx.el.ul(*map(_section, SECTIONS)), class_name="admin-sections", aria_label=t("administration.sections")
    )


def _section(section: Section) -> rx.Component:
    shown = may(section.permissions[0])
    for permission in section.permissions[1:]:
        shown = shown | may(permission)
    badge = [pending_badge()] if SitePermission.MODERATE in section.permissions else []
    badge += [sign_ups_badge()] if section.href == "/admin/people" else []
    entry = nav_link(icon(section.symbol, 16), section.title, *badge, href=section.href, class_name="sidebar-link")
    return rx.cond(shown, rx.el.li(entry))
