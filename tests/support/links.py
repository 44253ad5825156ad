"""Invite links, made through the table."""

from uuid import UUID

from chat_app.core.invitations.links import SEAL
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.secrets.vault import seal


def invite_link(ctx: Context, room_id: UUID) -> InviteLink:
    """Return an invite link to a room. Its token is its id, as `id.hex`."""
    link_id = new_id()
    sealed = seal(ctx.policy.keys, SEAL, link_id.hex)
    return InviteLink(
        id=link_id, room_id=room_id, token_hash=digest(link_id.hex), sealed_token=sealed, created_at=ctx.now
    )
