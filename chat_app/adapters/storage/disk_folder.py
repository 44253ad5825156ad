"""Keep objects and parts as files of a folder. Everything here waits for the disk.

A file has its final name only when it is whole, and durable if it is kept for good. What is still to be examined need
not be: the disk is spared for messages, and where the machine crashes, what was cut counts as not arrived.
"""

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

from chat_app.adapters.storage.parts import PartPlan
from chat_app.core.files.storage.names import checked_key

T = TypeVar("T")
_DRAFTS_SECONDS: Final = 24 * 3600
"""The age in seconds after which a draft is a remainder of a crash."""
_PARTS_SECONDS: Final = 7 * 24 * 3600
"""The age in seconds after which an upload counts as abandoned."""


class PartialFile:
    """A file that is being written, until it is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb", buffering=0)
        self.size = 0

    def write(self, piece: bytes | bytearray) -> None:
        """Write more bytes."""
        rest = memoryview(piece)
        while rest:
            rest = rest[self._file.write(rest) :]
        self.size += len(piece)

    def add(self, path: Path) -> None:
        """Write the bytes of a file."""
        with path.open("rb") as source:
            shutil.copyfileobj(source, self._file, 1024 * 1024)
        self.size += path.stat().st_size

    def keep(self, target: Path) -> None:
        """Give the file its name."""
        self._path.replace(target)

    def keep_durable(self, target: Path) -> None:
        """Give the file its name, once it is durable; the name is, too."""
        os.fsync(self._file.fileno())
        self.keep(target)
        _sync_folder(target.parent)

    def discard(self) -> None:
        """Close the file, and remove it unless it was kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class DiskFolder:
    """The files of a storage: objects, parts of uploads, drafts of both, and one empty file for each open upload.

    A part of a closed upload is not kept: its address stays valid, and the part would never be deleted.
    """

    def __init__(self, folder: Path) -> None:
        names = ("objects", "parts", "drafts", "uploads")
        self._objects, self._parts, self._drafts, self._uploads = (folder / name for name in names)

    def make(self) -> None:
        """Create missing folders, and remove the remains of crashes."""
        for folder in (self._objects, self._parts, self._drafts, self._uploads):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_older(self._drafts, _DRAFTS_SECONDS)
        _remove_older(self._parts, _PARTS_SECONDS)
        _remove_older(self._uploads, _PARTS_SECONDS)

    def open_upload(self, key: str, cut: PartPlan) -> None:
        """Open an upload for its parts."""
        self._upload(key, cut).touch(mode=0o600)

    def takes(self, key: str, cut: PartPlan) -> bool:
        """Return whether an upload is open."""
        return self._upload(key, cut).exists()

    def keep_part(self, draft: PartialFile, key: str, cut: PartPlan, number: int) -> bool:
        """Make a draft a part, if the upload is still open; return whether it is."""
        if is_open := self.takes(key, cut):
            draft.keep(self.part(key, cut, number))
        return is_open

    def call(self, function: Callable[[], T]) -> T:
        """Call a function that needs the folders. That they are not there never looks as if a file were not."""
        self._be_there()
        try:
            return function()
        except FileNotFoundError:
            self._be_there()
            raise

    def _be_there(self) -> None:
        if not all(folder.is_dir() for folder in (self._objects, self._parts, self._drafts, self._uploads)):
            raise OSError(errno.ENODEV, "the folder is away")

    def draft(self) -> PartialFile:
        """Return a new draft."""
        return PartialFile(self._drafts / uuid4().hex)

    def object(self, key: str) -> Path:
        """Return the file of an object."""
        return self._objects / _flat(key)

    def part(self, key: str, cut: PartPlan, number: int) -> Path:
        """Return the file of a part."""
        return self._parts / f"{_flat(key)}~{cut.token}~{number}"

    def arrived(self, key: str, cut: PartPlan) -> set[int]:
        """Return the numbers of the parts that are there, and whole."""
        return {n for n, length in enumerate(cut.lengths, 1) if _size(self.part(key, cut, n)) == length}

    def put_together(self, key: str, cut: PartPlan) -> int | None:
        """Make an object of its parts; return its size, ``None`` if parts are missing."""
        parts = [self.part(key, cut, n) for n, _ in enumerate(cut.lengths, 1)]
        try:
            if len(self.arrived(key, cut)) < len(parts):
                raise FileNotFoundError
            self._join(parts, self.object(key))
        except FileNotFoundError:  # the part did not arrive, or was joined before
            return cut.size if _size(self.object(key)) == cut.size else None
        for used in (self._upload(key, cut), *parts):
            used.unlink(missing_ok=True)
        return cut.size

    def take(self, path: Path, key: str) -> None:
        """Make a file of elsewhere an object."""
        draft = self.draft()
        try:
            draft.add(path)
            draft.keep_durable(self.object(key))
        finally:
            draft.discard()

    def write(self, key: str, data: bytes) -> None:
        """Make bytes an object."""
        draft = self.draft()
        try:
            draft.write(data)
            draft.keep_durable(self.object(key))
        finally:
            draft.discard()

    def delete(self, key: str) -> None:
        """Remove an object, and end the uploads to it."""
        name = _flat(key)
        self.object(key).unlink(missing_ok=True)
        for folder in (self._uploads, self._parts):  # in this order, so that no part arrives in between
            for path in folder.glob(f"{name}~*"):
                path.unlink(missing_ok=True)

    def _upload(self, key: str, cut: PartPlan) -> Path:
        return self._uploads / f"{_flat(key)}~{cut.token}"

    def _join(self, parts: list[Path], target: Path) -> None:
        if len(parts) == 1:
            parts[0].replace(target)
            return
        draft = self.draft()
        try:
            for part in parts:
                draft.add(part)
            draft.keep(target)
        finally:
            draft.discard()


def _flat(key: str) -> str:
    """Return the name of a key's file. No key has ``_`` or ``~``, so names differ where keys do."""
    return checked_key(key).replace("/", "_")


def _size(path: Path) -> int | None:
    """Return the size of a file, or ``None`` if it does not exist."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _remove_older(folder: Path, seconds: int) -> None:
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < time.time() - seconds:
                path.unlink()
        except OSError:  # another process was faster, or the disk is read-only
            continue
