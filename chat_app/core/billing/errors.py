"""Errors of balances."""

from chat_app.core.kernel.errors import Conflict, DomainError, Invalid, NotFound


class InsufficientBalance(DomainError):
    """The payer does not have the tokens that an answer may need."""

    default_code = "insufficient_balance"


class BudgetExceeded(DomainError):
    """A budget of this ``scope`` has too little left for the maximum cost of an answer, until ``renews_at``."""

    default_code = "budget_exceeded"


class BudgetInvalid(Invalid):
    """A budget is more than nothing, and its alerts are percentages from 1 to 100, at most five."""

    default_code = "budget_invalid"


class BillingOff(NotFound):
    """The site does not use balances."""

    default_code = "billing_off"


class GiftTooLarge(Invalid):
    """The giver has too few tokens, without those of a trial."""

    default_code = "gift_too_large"


class GiftRepeated(Conflict):
    """A nonce was used before, for another person or amount."""

    default_code = "gift_repeated"
