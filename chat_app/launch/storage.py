"""Check that the configured folder for files can be used."""

from contextlib import suppress
from tempfile import TemporaryFile

from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def check(settings: Settings) -> None:
    """Raise a `LaunchError` if `STORAGE_URL` names a folder in which no file can be made."""
    folder = settings.storage_folder
    if folder is None:
        return
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700, parents=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise LaunchError(f"The folder of STORAGE_URL cannot be used: {error}") from error
