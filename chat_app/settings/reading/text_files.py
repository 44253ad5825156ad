"""Read the files of text that operators write or mount."""

from pathlib import Path

from chat_app.settings.reading.problems import refusal


def read_text(path: Path) -> str:
    """Return a file's text, without the mark (BOM) by which some editors begin it.

    Raises ``ValueError`` with the reason if it cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    except OSError as error:
        raise ValueError(error.strerror or type(error).__name__) from None
    if "\0" in text:
        raise ValueError("it contains a NUL, which no text does")
    return text


def check_env_file(path: Path) -> None:
    """Refuse a ``.env`` file that is there and cannot be read. Raises `pydantic.ValidationError`."""
    if not path.exists() or path.is_fifo():  # which can be read only once
        return
    try:
        read_text(path)
    except ValueError as error:
        raise refusal("Settings", None, [f"the file {path} cannot be read: {error}"]) from None
