"""What can go wrong with a search."""

from chat_app.core.kernel.errors import Invalid


class Unsearchable(Invalid):
    """What was typed has neither a letter, a digit nor a symbol, so that nothing can be found by it."""

    default_code = "search_unsearchable"
