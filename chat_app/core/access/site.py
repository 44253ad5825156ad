"""The permission table of the site: the additional permissions of its staff."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, NotFound


class SiteRole(StrEnum):
    """A role in running the site. A person may have several; most people have none."""

    ADMIN = "admin"
    MODERATOR = "moderator"
    SUPPORTER = "supporter"
    BILLING = "billing"
    AUDITOR = "auditor"
    """Can read the staff's pages, and change nothing."""


class SitePermission(StrEnum):
    """A permission in running the site."""

    VIEW_OVERVIEW = "view_overview"
    VIEW_PEOPLE = "view_people"
    MANAGE_PEOPLE = "manage_people"
    """Give roles, end sessions, reset second factors and delete accounts."""
    MODERATE = "moderate"
    """Decide on reports, and suspend people."""
    VIEW_ROOMS = "view_rooms"
    """See rooms, groups, invitations and storage by their figures and settings: no message, and no file."""
    MANAGE_ROOMS = "manage_rooms"
    """Archive, transfer and delete rooms, revoke invitations, delete groups and refused files."""
    VIEW_AUDIT = "view_audit"
    VIEW_JOBS = "view_jobs"
    MANAGE_JOBS = "manage_jobs"
    VIEW_BILLING = "view_billing"
    MANAGE_BILLING = "manage_billing"
    VIEW_SUPPORT = "view_support"
    """See which conversations need help, and their figures."""
    SUPPORT = "support"
    """Take over a conversation whose person has asked for help."""
    VIEW_SITE = "view_site"
    """See the site's settings and the invitations to it."""
    MANAGE_SITE = "manage_site"
    """Change the site's settings, branding, announcements and retention, and see mail that was not delivered."""
    MANAGE_MODELS = "manage_models"
    """Manage connections to models; choose every model."""
    MANAGE_TOOLS = "manage_tools"
    MANAGE_SHARED = "manage_shared"
    """Manage prompts and assistants of the site, and delete those that people share."""


_READ: Final = frozenset(
    {
        SitePermission.VIEW_OVERVIEW,
        SitePermission.VIEW_PEOPLE,
        SitePermission.VIEW_ROOMS,
        SitePermission.VIEW_AUDIT,
        SitePermission.VIEW_JOBS,
        SitePermission.VIEW_BILLING,
        SitePermission.VIEW_SUPPORT,
        SitePermission.VIEW_SITE,
    }
)

SITE_PERMISSIONS: Final[dict[SiteRole, frozenset[SitePermission]]] = {
    SiteRole.ADMIN: frozenset(SitePermission),
    SiteRole.MODERATOR: frozenset({SitePermission.VIEW_PEOPLE, SitePermission.MODERATE}),
    SiteRole.SUPPORTER: frozenset({SitePermission.VIEW_SUPPORT, SitePermission.SUPPORT}),
    SiteRole.BILLING: frozenset(
        {SitePermission.VIEW_PEOPLE, SitePermission.VIEW_BILLING, SitePermission.MANAGE_BILLING}
    ),
    SiteRole.AUDITOR: _READ,
}


def site_can(roles: Collection[str], permission: SitePermission) -> bool:
    """Return whether a person with these roles has the permission."""
    return any(permission in SITE_PERMISSIONS[SiteRole(role)] for role in roles)


def roles_with(permission: SitePermission) -> list[str]:
    """Return the roles that have the permission."""
    return [role.value for role, permissions in SITE_PERMISSIONS.items() if permission in permissions]


def site_permissions(roles: Iterable[str]) -> frozenset[SitePermission]:
    """Return all staff permissions of a person with these roles."""
    return frozenset[SitePermission]().union(*(SITE_PERMISSIONS[SiteRole(role)] for role in roles))


def access_site(ctx: Context, permission: SitePermission, missing: type[DomainError] = NotFound) -> None:
    """Raise ``missing`` unless the actor has the permission: without it, the thing does not exist for them."""
    if not site_can(ctx.me.site_roles, permission):
        raise missing()
