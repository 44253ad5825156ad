"""The state of the list of a room's files. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass, replace
from uuid import UUID

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.files.attached.hiding import exclude_file_from_ai
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.queries import list_files
from chat_app.core.files.usage import own_space, room_space
from chat_app.core.files.views import FileJson
from chat_app.core.kernel.context import Context
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
    """The bytes of the room's files, and of the person's own files in all rooms; each with its limit, 0 for none."""

    room: int = 0
    room_most: int = 0
    own: int = 0
    own_most: int = 0


class FilesState(PageState, rx.State):
    """The files of a room, the newest first, of one kind or of all."""

    files: list[RoomFileVar] = []
    space: SpaceVar = SpaceVar()
    kind: str = ""
    room: str = ""
    has_more: bool = False
    _next: Place | None = None

    @rx.event
    async def load(self, room: str, kind: str) -> None:
        """List the newest files of a room; of all kinds where none that there is is named."""
        self.room, self.files = str(room), []
        self.kind = next((each.value for each in FileKind if each.value == kind), "")
        await _load_newest(self)

    @rx.event
    async def refresh(self, room: str) -> None:
        """List the newest files of the same room again, or the files of another room."""
        if room != self.room:
            self.room, self.files, self.kind = str(room), [], ""
        await _load_newest(self)

    @rx.event
    async def more(self) -> None:
        """List older ones too."""
        if self._next:
            async with loading(self) as ctx:
                older, self._next = await _page(self, ctx, self._next)
                self.files, self.has_more = [*self.files, *older], self._next is not None

    @rx.event
    async def hide(self, file: str, on: bool) -> None:
        """Hide a file from models, or show it to them again."""
        async with answering(self, file) as ctx:
            await exclude_file_from_ai(ctx, file, on=on is True)
        if ctx.committed:
            self.files = [replace(each, hidden=on is True) if each.id == file else each for each in self.files]


async def _load_newest(state: FilesState) -> None:
    """Show the newest files, and below them the older ones that were shown before."""
    async with loading(state) as ctx:
        room, own = await room_space(ctx, state.room), await own_space(ctx)
        state.space = SpaceVar(room["used"], room["quota"] or 0, own["used"], own["quota"] or 0)
        newest, after = await _page(state, ctx, None)
        older = older_than(newest, state.files)
        if not older:
            state._next, state.has_more = after, after is not None
        state.files = [*newest, *older]


async def _page(state: FilesState, ctx: Context, after: Place | None) -> tuple[list[RoomFileVar], Place | None]:
    page = await list_files(ctx, state.room, runtime().storage, kind=state.kind, after=after)
    return [_var(file, ctx.me.user_id) for file in page.items], page.next


def older_than(newest: list[RoomFileVar], shown: list[RoomFileVar]) -> list[RoomFileVar]:
    """Return the shown files that come after the newest ones. Pure."""
    ids = [each.id for each in shown]
    last = newest[-1].id if newest else ""
    return shown[ids.index(last) + 1 :] if last in ids else []


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
