"""What can go wrong with invite links and invitations."""

from chat_app.core.kernel.errors import NotFound


class InviteLinkNotFound(NotFound):
    """No such link, or one that is revoked, expired or used up."""

    default_code = "invite_link_not_found"


class InvitationNotFound(NotFound):
    """No such invitation, or one that has been answered or cancelled."""

    default_code = "invitation_not_found"
