"""The shapes of rooms on the pages of the staff."""

from dataclasses import dataclass, field

from chat_app.core.administration.rooms.views import SiteRoom
from chat_app.ui.live.shapes import PersonVar, person_var

_MILLION = 1_000_000


def _nobody() -> PersonVar:
    return person_var(None)


@dataclass
class SiteRoomVar:
    """A room as the staff see it: without an id if there is none, without a name if the staff may not see it."""

    id: str = ""
    kind: str = ""
    name: str = ""
    owner: PersonVar = field(default_factory=_nobody)
    owner_gone: bool = False
    members: int = 0
    messages: int = 0
    files: int = 0
    tokens: int = 0
    reports: int = 0
    links: int = 0
    assisted: bool = False
    archived_at: str = ""
    created_at: str = ""
    active_at: str = ""


@dataclass
class ChosenRoom:
    """The chosen room: its settings, its usage, and the members who could own it. ``cost`` is in US dollars."""

    room: SiteRoomVar = field(default_factory=SiteRoomVar)
    ai_rule: str = ""
    ai_model: str = ""
    payer: str = ""
    answers: int = 0
    cost: float = 0
    file_count: int = 0
    join_approval: bool = False
    confirm: str = ""
    heirs: list[PersonVar] = field(default_factory=list)


def room_var(found: SiteRoom) -> SiteRoomVar:
    """Return a room as pages show it."""
    room = found.as_json()
    return SiteRoomVar(
        id=room["id"],
        kind=room["kind"],
        name=room["name"],
        owner=person_var(found.owner),
        owner_gone=room["owner_gone"],
        members=room["members"],
        messages=room["messages"],
        files=room["files"],
        tokens=room["tokens"],
        reports=room["reports"],
        links=room["links"],
        assisted=room["assisted"],
        archived_at=room["archived_at"] or "",
        created_at=room["created_at"],
        active_at=room["last_activity_at"],
    )


def chosen_var(found: SiteRoom) -> ChosenRoom:
    """Return the chosen room."""
    it = found.details()
    return ChosenRoom(
        room=room_var(found),
        ai_rule=it["ai_rule"],
        ai_model=it["ai_model"] or "",
        payer=it["payer"],
        answers=it["answers"],
        cost=it["cost"] / _MILLION,
        file_count=it["file_count"],
        join_approval=it["join_approval"],
        confirm=it["confirm"],
        heirs=[person_var(each) for each in found.heirs],
    )
