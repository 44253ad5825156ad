"""Errors of balances."""

from chat_app.core.kernel.errors import DomainError


class InsufficientBalance(DomainError):
    """Whoever pays does not have the tokens that an answer may take."""

    default_code = "insufficient_balance"
