"""Errors of invite links and invitations."""

from chat_app.core.kernel.errors import NotFound


class InviteLinkNotFound(NotFound):
    """No such link, or it is revoked, expired or used up."""

    default_code = "invite_link_not_found"


class InvitationNotFound(NotFound):
    """No such invitation, or it was answered or cancelled."""

    default_code = "invitation_not_found"
