"""The state of the dialog of a room's files. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass, replace
from uuid import UUID

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.files.attached.hiding import exclude_file_from_ai
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.queries import list_files
from chat_app.core.files.usage import own_space, room_space
from chat_app.core.files.views import FileJson
from chat_app.core.kernel.pages import Place
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering


@dataclass
class RoomFileVar:
    """A file that was sent in a room, and the message that it was sent with."""

    id: str
    name: str
    kind: str
    size: int
    thumbnail: bool
    message: str
    at: str
    hidden: bool
    """Whether models do not see it."""
    own: bool


@dataclass
class SpaceVar:
    """Bytes that the room's files take, and one's own in all rooms; each with its limit, 0 for none."""

    room: int = 0
    room_most: int = 0
    own: int = 0
    own_most: int = 0


class FilesState(PageState, rx.State):
    """The files of a room, the newest first, of one kind or of all."""

    files: list[RoomFileVar] = []
    space: SpaceVar = SpaceVar()
    kind: str = ""
    has_more: bool = False
    _room: str = ""
    _next: Place | None = None

    @rx.event
    async def load(self, room: str, kind: str) -> None:
        """List the newest files of a room; of all kinds where none that there is is named."""
        self._room, self.files, self._next = str(room), [], None
        self.kind = next((each.value for each in FileKind if each.value == kind), "")
        await _load(self)

    @rx.event
    async def more(self) -> None:
        """List older ones too."""
        if self._next:
            await _load(self)

    @rx.event
    async def hide(self, file: str, on: bool) -> None:
        """Hide a file from models, or show it to them again."""
        async with answering(self, file) as ctx:
            await exclude_file_from_ai(ctx, file, on=on is True)
        if ctx.committed:
            self.files = [replace(each, hidden=on is True) if each.id == file else each for each in self.files]


async def _load(state: FilesState) -> None:
    async with loading(state) as ctx:
        if state._next is None:
            room, own = await room_space(ctx, state._room), await own_space(ctx)
            state.space = SpaceVar(room["used"], room["quota"] or 0, own["used"], own["quota"] or 0)
        page = await list_files(ctx, state._room, runtime().storage, kind=state.kind, after=state._next)
        state.files = [*state.files, *(_var(file, ctx.me.user_id) for file in page.items)]
        state._next, state.has_more = page.next, page.next is not None


def _var(file: FileJson, me: UUID) -> RoomFileVar:
    return RoomFileVar(
        id=file["id"],
        name=file["name"],
        kind=file["kind"],
        size=file["size"],
        thumbnail=bool(file.get("thumbnails")),
        message=file.get("message") or "",
        at=file.get("sent_at") or "",
        hidden=bool(file.get("exclude_from_ai")),
        own=file["uploader"] == str(me),
    )
