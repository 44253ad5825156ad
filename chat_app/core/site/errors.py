"""Errors of the site's settings and of invitations to it."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class SettingUnknown(Invalid):
    """There is no such setting; ``name`` is the unknown name."""

    default_code = "setting_unknown"


class SettingFixed(NotAllowed):
    """The environment decides this setting; ``field`` names it."""

    default_code = "setting_fixed"


class SiteInvitationNotFound(NotFound):
    """The invitation does not exist, or is not valid any more: it was used, revoked, or has expired."""

    default_code = "site_invitation_not_found"


class TooManyInvitations(Conflict):
    """There are as many open invitations to the site as the limit allows."""

    default_code = "site_invitations_full"


class NotWaiting(Conflict):
    """The account does not wait for approval: it was already approved or declined."""

    default_code = "account_not_waiting"
