"""Validate a child's answers: a malicious file may control the child."""

import math
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from chat_app.adapters.media.accepted import ACCEPTED
from chat_app.adapters.media.limits import FITTED_MAX, NUMBER_MAX, PAGES_MAX, SQUARE_MAX, TEXT_MAX
from chat_app.adapters.media.process import ChildDied
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.storage.ports import CLEAN, THUMBNAILS, Examined


class Reply(BaseModel):
    """One of: what was found, a scaled picture's type, that a square was made, the size of a picture that was fitted
    into a box, the code of a refusal, or why the disk could not be used.
    """

    model_config = ConfigDict(extra="forbid")

    examined: Examined | None = None
    scaled: str | None = None
    squared: bool = False
    fitted: tuple[int, int] | None = None
    refused: str | None = None
    details: dict[str, int] = {}
    failed: str | None = None
    why: str | None = None
    """An error inside of a library, for the log."""


def read_reply(answer: bytes) -> Reply:
    """Return the reply in an answer. Raises ``ChildDied`` for an invalid one."""
    try:
        return Reply.model_validate_json(answer)
    except ValidationError:
        raise ChildDied from None


def found(reply: Reply, into: Path) -> Examined:
    """Return the findings. Raises ``FileRefused``, ``OSError``, and ``ChildDied`` for an answer that no intact child
    gives.
    """
    _check(reply)
    if reply.examined is None or ACCEPTED.get(reply.examined.mime_type) is not reply.examined.kind:
        raise ChildDied
    if not _is_within_limits(reply.examined):
        raise ChildDied
    if any((into / name).is_symlink() for name in (CLEAN, *THUMBNAILS)):
        raise ChildDied
    return reply.examined


def _is_within_limits(examined: Examined) -> bool:
    """Return whether the database accepts all of it, and it is not too much."""
    numbers = (examined.width, examined.height, examined.page_count)
    texts = [page.encode("utf-8", "replace") for page in examined.pages[: PAGES_MAX + 1]]
    return (
        all(each is None or 0 <= each <= NUMBER_MAX for each in numbers)
        and math.isfinite(examined.seconds or 0)
        and len(texts) <= PAGES_MAX
        and sum(map(len, texts)) <= TEXT_MAX
        and not any(b"\0" in each for each in texts)
    )


def scaled(reply: Reply, into: Path) -> str:
    """Return the type of a picture that was scaled. Raises as :func:`found`."""
    _check(reply)
    if reply.scaled not in _SCALED or into.is_symlink() or not into.is_file():
        raise ChildDied
    return reply.scaled


def squared(reply: Reply, into: Path) -> None:
    """Check that a square picture was written. Raises as :func:`found`."""
    _check(reply)
    if not reply.squared or into.is_symlink() or not into.is_file() or into.stat().st_size > SQUARE_MAX:
        raise ChildDied


def fitted(reply: Reply, into: Path, box: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a picture that was fitted into a box. Raises as :func:`found`."""
    _check(reply)
    size = reply.fitted
    if size is None or not (1 <= size[0] <= box[0] and 1 <= size[1] <= box[1]):
        raise ChildDied
    if into.is_symlink() or not into.is_file() or into.stat().st_size > FITTED_MAX:
        raise ChildDied
    return size


_SCALED: Final = ("image/jpeg", "image/webp")


def _check(reply: Reply) -> None:
    if reply.failed:
        raise OSError(reply.failed)
    if reply.refused:
        raise FileRefused(reply.refused, **dict[str, Any](reply.details))
