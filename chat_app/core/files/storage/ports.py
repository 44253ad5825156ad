"""The ports of files: where their bytes are kept, and what examines them. No technology is named here."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from chat_app.core.files.kinds import FileKind


@dataclass(frozen=True, slots=True)
class Upload:
    """The addresses to which a client sends the bytes of a file by ``PUT``, each with the ``headers``.

    The file is sent to ``url`` as a whole; or to ``parts``, each but the last one ``part_size`` bytes long. Parts may
    come in any order, and repeatedly. ``token`` is the storage's id of the upload; it stays on the server. An address
    may be a path of this site.
    """

    url: str
    headers: Mapping[str, str]
    parts: tuple[str, ...] = ()
    part_size: int = 0
    token: str = ""


@dataclass(frozen=True, slots=True)
class Presentation:
    """The presentation of an object by a browser: its ``mime_type``, its ``name`` for a download, and whether it may be
    shown ``inline``.
    """

    mime_type: str
    name: str
    inline: bool = False


class Storage(Protocol):
    """Stores objects: bytes under a key of letters, digits, ``-``, ``.`` and ``/``.

    Every method raises ``StorageAway`` if the storage does not answer, and ``StorageFull`` if it has no space left.
    ``origins`` are the origins of addresses outside the site.
    """

    origins: tuple[str, ...]

    async def begin(self, key: str, size: int, mime_type: str, token: str = "") -> Upload:
        """Return the addresses of an upload of ``size`` bytes, which expire; new ones for a ``token`` from before."""
        ...

    async def arrived(self, key: str, token: str) -> set[int]:
        """Return the numbers, from 1 on, of the parts of an upload that have come."""
        ...

    async def finish(self, key: str, token: str) -> int | None:
        """Put the parts of an upload together; return the size of the object, ``None`` if bytes are missing.

        May be called again after it has succeeded.
        """
        ...

    async def fetch(self, key: str, into: Path) -> None:
        """Write an object into a file, piece by piece. Raises ``FileNotFoundError``."""
        ...

    async def keep(self, path: Path, key: str, mime_type: str) -> None:
        """Keep a file under a key, piece by piece; the file may be moved."""
        ...

    async def put(self, key: str, data: bytes, mime_type: str) -> None:
        """Keep a few kilobytes under a key."""
        ...

    async def read(self, key: str) -> bytes:
        """Return a small object as a whole. Raises ``FileNotFoundError``."""
        ...

    def url(self, key: str, shown: Presentation, seconds: int) -> str:
        """Return a signed address by which anybody may read this object for a limited time."""
        ...

    async def delete(self, *keys: str) -> None:
        """Delete objects and unfinished uploads to them; missing ones are skipped."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...


@dataclass(frozen=True, slots=True)
class Permit:
    """The permission that an address of the site's own gives until ``expires``, in seconds of the Unix clock.

    That is to read an object as ``shown``, or to send ``size`` bytes as the ``part`` of the upload ``token``.
    """

    key: str
    expires: int
    shown: Presentation | None = None
    size: int = 0
    token: str = ""
    part: int = 0


class OpenObject(Protocol):
    """An object that is being read. ``tag`` changes with its bytes."""

    size: int
    tag: str

    async def read(self, start: int, length: int) -> bytes:
        """Return bytes from ``start`` on."""
        ...

    async def aclose(self) -> None:
        """Release the object."""
        ...


@runtime_checkable
class Served(Protocol):
    """A storage without its own server: the site serves its addresses."""

    def permit(self, method: str, signed: str) -> Permit | None:
        """Return the permission of a signed address; ``None`` if it has expired or is not ours."""
        ...

    async def receive(self, permit: Permit, pieces: AsyncIterator[bytes]) -> None:
        """Store a part of an upload completely, or not at all.

        Raises ``FileRefused`` unless it has the permitted size, and ``AttachmentNotFound`` once the upload has ended.
        """
        ...

    async def open(self, key: str) -> OpenObject:
        """Open an object. Raises ``FileNotFoundError``."""
        ...


@dataclass(frozen=True, slots=True)
class Examined:
    """The findings about a file.

    ``mime_type`` is its real type. ``width`` and ``height`` are those of an image or video as displayed; ``seconds`` is
    the duration; ``pages`` are texts, one of each page of a document, and a single one of other files with text.
    """

    mime_type: str
    kind: FileKind
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    pages: tuple[str, ...] = ()
    page_count: int | None = None
    animated: bool = False


CLEAN = "clean"
"""The name of the file without metadata of its maker's device, if the examiner has written one."""

THUMBNAILS = ("thumb1.webp", "thumb2.webp")
"""The names of the thumbnails, for screens of normal and of high density, if the examiner has written them."""


class Examiner(Protocol):
    """Examines files, away from the event loop, within limits of time and memory."""

    async def examine(self, path: Path, *, name: str, declared: str, into: Path) -> Examined:
        """Return the findings about a file.

        Neither its name nor its ``declared`` type is trusted. Writes ``CLEAN`` and ``THUMBNAILS`` into the folder
        ``into``, if the file has such. Raises ``FileRefused``, whose code says why.
        """
        ...

    async def aclose(self) -> None:
        """Stop the processes."""
        ...


class Scanner(Protocol):
    """Looks for viruses."""

    async def scan(self, path: Path) -> str | None:
        """Return the name of the virus in a file, or ``None``. Raises ``ScannerAway``."""
        ...


class Scaler(Protocol):
    """Makes images smaller, as the examiner looks into files: away from the event loop, and within limits."""

    async def scale(self, path: Path, into: Path, longest: int, page: int = 0) -> str:
        """Write an image that was accepted as a PNG, JPEG or WebP file, or a ``page`` of a PDF, and return its type.

        The longer side has ``longest`` pixels at most, and the file a few megabytes. Of an animated image it is the
        first frame. Raises ``FileRefused`` if it cannot be read.
        """
        ...
