"""The state of the page ``/admin/storage``. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass

import reflex as rx

from chat_app.core.administration.storage import SiteFileOut, StorageOut, delete_refused_file, view_storage
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering, say


@dataclass
class TakenSpaceVar:
    """The files of a kind, a room or a person: ``key`` is the kind or the id, ``name`` a name that is shown."""

    key: str
    name: str
    files: int
    size: int


@dataclass
class SiteFileVar:
    """A file, without its name; ``uploader`` is a username, ``problem`` why it was refused."""

    id: str
    kind: str
    type: str
    size: int
    room_id: str
    uploader: str
    problem: str
    created_at: str


@dataclass
class StorageVar:
    """The bytes that files take; quotas are 0 without a limit."""

    used: int = 0
    files: int = 0
    left_files: int = 0
    left_size: int = 0
    quota_site: int = 0
    quota_room: int = 0
    quota_person: int = 0


class StorageState(PageState, rx.State):
    """The use of the storage, by kind, room and person."""

    total: StorageVar = StorageVar()
    kinds: list[TakenSpaceVar] = []
    rooms: list[TakenSpaceVar] = []
    people: list[TakenSpaceVar] = []
    largest: list[SiteFileVar] = []
    refused: list[SiteFileVar] = []
    _chosen: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the data of the page."""
        async with loading(self) as ctx:
            _show(self, await view_storage(ctx))

    @rx.event
    async def choose(self, file: str) -> None:
        """Select the file for the dialog that opens."""
        self._chosen = file

    @rx.event
    async def delete(self) -> None:
        """Delete the chosen file, which was refused."""
        async with answering(self, self._chosen) as ctx:
            await delete_refused_file(ctx, self._chosen)
            say(ctx, self, "storage.deleted")
        if ctx.committed:
            self.refused = [each for each in self.refused if each.id != self._chosen]


def _show(state: StorageState, found: StorageOut) -> None:
    quotas = (found["quota_site"] or 0, found["quota_room"] or 0, found["quota_person"] or 0)
    left = found["left"]
    state.total = StorageVar(found["used"], found["files"], left["files"], left["bytes"], *quotas)
    state.kinds = [TakenSpaceVar(each["kind"], "", each["files"], each["bytes"]) for each in found["kinds"]]
    state.rooms = [TakenSpaceVar(each["id"], each["name"], each["files"], each["bytes"]) for each in found["rooms"]]
    state.people = [
        TakenSpaceVar(each["person"]["id"], "@" + each["person"]["username"], each["files"], each["bytes"])
        for each in found["people"]
    ]
    state.largest = list(map(_file_var, found["largest"]))
    state.refused = list(map(_file_var, found["refused"]))


def _file_var(file: SiteFileOut) -> SiteFileVar:
    who = "@" + file["uploader"]["username"] if file["uploader"] else ""
    return SiteFileVar(
        id=file["id"],
        kind=file["kind"],
        type=file["mime_type"],
        size=file["bytes"],
        room_id=file["room_id"] or "",
        uploader=who,
        problem=file["problem"] or "",
        created_at=file["created_at"],
    )
