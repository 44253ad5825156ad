"""Reading what somebody else's JSON says of a person."""

from chat_app.core.kernel.text import clean_line


def line(value: object) -> str:
    """A claim that should be a line of text; "" where it is something else."""
    return clean_line(value) if isinstance(value, str) else ""
