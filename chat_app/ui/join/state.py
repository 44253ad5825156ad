"""The state of the page ``/join/[token]``. Every argument is hostile until a use case has checked it."""

import reflex as rx

from chat_app.core.invitations.errors import InviteLinkNotFound
from chat_app.core.invitations.links import join_by_link, preview_link
from chat_app.core.kernel.errors import DomainError
from chat_app.core.rooms.membership.joining import is_waiting
from chat_app.core.site.errors import SiteInvitationNotFound
from chat_app.core.site.invitations import is_site_token, preview_site_invitation
from chat_app.ui.live.room_shapes import RoomBriefVar
from chat_app.ui.page_state import PageState
from chat_app.ui.session import acting, address_of

_PATH = "/join/"


class JoinState(PageState, rx.State):
    """The preview of the invite link in the address.

    It is public. In addition to the usual values, ``status`` may be *invalid*, *site* for an invitation to the site,
    *inside*, *waiting* for approval, or *declined*.
    """

    room: RoomBriefVar = RoomBriefVar("", "", "")
    """Its id is empty for people who neither are in it nor wait for approval."""

    members: int = 0
    signed_in: bool = False
    error: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the preview of the invite link."""
        await _look(self)

    @rx.event
    async def look_again(self) -> None:
        """Load the preview again: the link may have been revoked, or the join request answered."""
        waited = self.status == "waiting"
        await _look(self)
        if waited and self.status == "ready":
            self.status = "declined"

    @rx.event
    async def join(self) -> None:
        """Join, or request to join where the room needs approval."""
        self.error = ""
        try:
            async with acting(self) as ctx:
                self.signed_in = ctx.actor is not None
                if not self.signed_in:
                    return
                room = await join_by_link(ctx, _token(self))
                await ctx.db.flush()
                waiting = await is_waiting(ctx, room.id)
        except DomainError as error:
            _refuse(self, error, otherwise=self.status)
        else:
            self.room = RoomBriefVar(str(room.id), room.name, room.description)
            self.status = "waiting" if waiting else "inside"


async def _look(state: JoinState) -> None:
    state.error = ""
    try:
        async with acting(state) as ctx:
            if is_site_token(_token(state)):
                await preview_site_invitation(ctx, _token(state), address=address_of(state))
                state.signed_in, state.status = ctx.actor is not None, "site"
                return
            preview = await preview_link(ctx, _token(state), address=address_of(state))
            room, state.members, state.signed_in = preview.room, preview.members, ctx.actor is not None
            waiting = state.signed_in and await is_waiting(ctx, room.id)
    except DomainError as error:
        _refuse(state, error, otherwise="failed")
    else:
        known = preview.inside or waiting
        state.room = RoomBriefVar(str(room.id) if known else "", room.name, room.description)
        state.status = "inside" if preview.inside else "waiting" if waiting else "ready"


def _refuse(state: JoinState, error: DomainError, *, otherwise: str) -> None:
    state.error = error.code
    state.status = "invalid" if isinstance(error, InviteLinkNotFound | SiteInvitationNotFound) else otherwise


def _token(state: JoinState) -> str:
    path = state.router.url.path
    return path.removeprefix(_PATH).rstrip("/") if path.startswith(_PATH) else ""
