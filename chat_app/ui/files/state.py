"""The state of the dialog of a room's files. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.files.kinds import Kind
from chat_app.core.files.queries import list_files
from chat_app.core.files.views import FileJson
from chat_app.core.kernel.pages import Place
from chat_app.ui.page_state import PageState, loading


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


class FilesState(PageState, rx.State):
    """The files of a room, the newest first, of one kind or of all."""

    files: list[RoomFileVar] = []
    kind: str = ""
    has_more: bool = False
    _room: str = ""
    _next: Place | None = None

    @rx.event
    async def load(self, room: str, kind: str) -> None:
        """List the newest files of a room; of all kinds where none that there is is named."""
        self._room, self.files, self._next = str(room), [], None
        self.kind = next((each.value for each in Kind if each.value == kind), "")
        await _load(self)

    @rx.event
    async def more(self) -> None:
        """List older ones too."""
        if self._next:
            await _load(self)


async def _load(state: FilesState) -> None:
    async with loading(state) as ctx:
        page = await list_files(ctx, state._room, runtime().storage, kind=state.kind, after=state._next)
        state.files = [*state.files, *map(_var, page.items)]
        state._next, state.has_more = page.next, page.next is not None


def _var(file: FileJson) -> RoomFileVar:
    shown = bool(file.get("thumbnails"))
    message, at = file.get("message") or "", file.get("sent_at") or ""
    return RoomFileVar(file["id"], file["name"], file["kind"], file["size"], shown, message, at)
