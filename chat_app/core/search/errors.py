"""Errors of searches."""

from chat_app.core.kernel.errors import Invalid


class Unsearchable(Invalid):
    """The query has no letter, digit or symbol, so nothing can match."""

    default_code = "search_unsearchable"
