"""The state of the page ``/admin/invitations``. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass, field
from typing import Final

import reflex as rx

from chat_app.core.administration.invitations import (
    PendingInvitation,
    list_room_invitations,
    revoke_room_invitation,
)
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Place
from chat_app.ui.administration.searched import LISTED_MOST, SearchedState
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.transport.answering import answering, say

VALUE_MAX: Final = 100


@dataclass
class RoomInvitationVar:
    """A link or an invitation; ``max_uses`` is 0 without a limit, ``address`` one of email, or a username."""

    id: str
    kind: str
    room_id: str
    room_name: str
    role: str
    made_by: PersonVar = field(default_factory=lambda: person_var(None))
    address: str = ""
    uses: int = 0
    max_uses: int = 0
    expires_at: str = ""


class RoomInvitationsState(SearchedState, rx.State):
    """The pending invitations that match the search."""

    invitations: list[RoomInvitationVar] = []
    kind: str = ""
    _chosen: str = ""
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """List the pending invitations."""
        await self._list()

    @rx.event
    async def narrow(self, kind: str) -> None:
        """List the invitations of a kind."""
        self.kind = kind[:VALUE_MAX]
        await self._list()

    @rx.event
    async def choose(self, invitation: str) -> None:
        """Select the invitation for the dialog that opens."""
        self._chosen = invitation

    @rx.event
    async def revoke(self) -> None:
        """Revoke the chosen invitation."""
        async with answering(self, self._chosen) as ctx:
            await revoke_room_invitation(ctx, self._chosen)
            say(ctx, self, "siteInvitations.revoked")
        if ctx.committed:
            self.invitations = [each for each in self.invitations if each.id != self._chosen]

    async def _begin(self, ctx: Context) -> None:
        self.invitations, self._next = [], None
        await self._add_page(ctx)

    async def _add_page(self, ctx: Context) -> None:
        page = await list_room_invitations(ctx, words=self.words, kind=self.kind, after=self._next)
        self.invitations, self._next = [*self.invitations, *map(_invitation_var, page.items)], page.next
        self.more = page.next is not None and len(self.invitations) < LISTED_MOST


def _invitation_var(found: PendingInvitation) -> RoomInvitationVar:
    it = found.as_json()
    return RoomInvitationVar(
        id=it["id"],
        kind=it["kind"],
        room_id=it["room_id"],
        room_name=it["room_name"],
        role=it["role"],
        made_by=person_var(found.made_by),
        address=f"@{found.person.username}" if found.person else it["to"],
        uses=it["uses"],
        max_uses=it["max_uses"] or 0,
        expires_at=it["expires_at"] or "",
    )
