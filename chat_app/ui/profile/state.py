"""The state of the page ``/u/[username]``. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass, field

import reflex as rx

from chat_app.core.people.contacts import add_contact, remove_contact
from chat_app.core.rooms.membership.profiles import PersonProfile, view_profile
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering


@dataclass
class SharedRoom:
    """A room that both are members of."""

    id: str
    name: str


@dataclass
class ProfileVar(PersonVar):
    """A person, and their relation to the viewer; ``presence`` is empty if it is hidden."""

    id: str = ""
    username: str = ""
    name: str = ""
    color: str = "slate"
    avatar: int | None = None
    since: str = ""
    contact: bool = False
    blocked: bool = False
    rooms: list[SharedRoom] = field(default_factory=list)
    presence: str = ""
    seen: str = ""


class ProfileState(PageState, rx.State):
    """The shown person, and the path of their page."""

    path: str = ""
    person: ProfileVar = ProfileVar()

    @rx.event
    async def load(self) -> None:
        """Show the person whom the address names."""
        self.path = self.router.url.path
        async with loading(self) as ctx:
            self.person = _profile(await view_profile(ctx, self.path.strip("/").rpartition("/")[2]))

    @rx.event
    async def show(self, username: str) -> None:
        """Show a person whose card is open."""
        self.path = ""
        async with loading(self) as ctx:
            self.person = _profile(await view_profile(ctx, username))

    @rx.event
    async def keep(self, wanted: bool) -> None:
        """Add the person to the contacts, or remove them."""
        async with answering(self, self.person.username) as ctx:
            if wanted:
                await add_contact(ctx, self.person.username)
            else:
                await remove_contact(ctx, self.person.id)
        if ctx.committed:
            self.person.contact = wanted


def _profile(profile: PersonProfile) -> ProfileVar:
    presence = profile.presence.as_json() if profile.presence else {"state": "", "seen": ""}
    return ProfileVar(
        **profile.person.as_json(),
        since=profile.since.isoformat(timespec="seconds"),
        contact=profile.is_contact,
        blocked=profile.is_blocked,
        rooms=[SharedRoom(str(room_id), name) for room_id, name in profile.rooms],
        presence=str(presence["state"]),
        seen=str(presence["seen"] or ""),
    )
