"""The questions of tests to an examiner."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from chat_app.core.files.storage.ports import Examined

Examine = Callable[..., Awaitable[Examined]]
"""Takes bytes, a name and a declared type."""

Refusal = Callable[..., Awaitable[str]]
"""The same for a file that is refused: returns the code."""


def written(folder: Path) -> list[str]:
    """The names of the written files."""
    return sorted(path.name for path in folder.iterdir())
