"""Create and read the site's secret key, if its operator has set none."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from chat_app.starting.errors import LaunchError

NAME: Final = "secret.key"


def kept_in(folder: Path) -> str:
    """Return the key in the data folder, created at the first start. Raises `LaunchError` if that fails."""
    path = folder / NAME
    try:
        with suppress(FileExistsError):
            _make(path)
        return path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise LaunchError(f"Cannot read or make {path}: {error}") from error


def _make(path: Path) -> None:
    """Create the key atomically: a concurrent process must neither read a part of it, nor create another one."""
    draft = path.with_name(f"{NAME}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123, has a mode
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
