"""Check that the configured place for files can be used."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def check(settings: Settings) -> None:
    """Raise a `LaunchError` if `STORAGE_URL` names a folder in which no file can be made, or a key cannot be read."""
    if settings.cloudfront_key_file:
        _check_key(settings.cloudfront_key_file)
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


def _check_key(path: Path) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm  # which few sites need
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise LaunchError(f"PARLEY_CLOUDFRONT_KEY_FILE cannot be read: {error}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise LaunchError("PARLEY_CLOUDFRONT_KEY_FILE has no private RSA key without a password (PEM)")
