"""Errors of filling the database."""


class CannotFill(Exception):
    """The database cannot be filled; the message says why, and how to solve it."""
