"""Why there is no sample community."""


class CannotFill(Exception):
    """The database cannot be filled; the message says why, and what to do."""
