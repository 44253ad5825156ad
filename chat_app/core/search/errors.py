"""Errors of searches."""

from chat_app.core.kernel.errors import Invalid


class Unsearchable(Invalid):
    """The query has neither a letter, a digit nor a symbol, so nothing can match."""

    default_code = "search_unsearchable"
