"""Errors of starting Parley."""

from pydantic import ValidationError


class LaunchError(Exception):
    """One line that says what is wrong and what to do; printed without a traceback."""


def wrong_settings(error: ValidationError) -> str:
    """Return which settings are wrong, and why."""
    return "; ".join(f"{_name(each['loc'])}: {_plain(each['msg'])}" for each in error.errors())


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)).upper()


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
