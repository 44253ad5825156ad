"""Write result files into the folder of the examined file."""

from pathlib import Path


class DiskFailed(Exception):
    """The disk cannot be used. The file is not to blame."""


def write(path: Path, data: bytes) -> None:
    """Write a file. Raises ``DiskFailed``."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise DiskFailed(str(error)) from error


def read(path: Path) -> bytes:
    """Return the bytes of a file. Raises ``DiskFailed``."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DiskFailed(str(error)) from error
