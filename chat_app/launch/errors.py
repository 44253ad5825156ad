"""Errors of starting Parley."""


class LaunchError(Exception):
    """One line that says what is wrong and what to do; printed without a traceback."""
