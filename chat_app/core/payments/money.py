"""Amounts of money: integers in the smallest unit of their currency."""

from decimal import Decimal, InvalidOperation
from typing import Final

from chat_app.core.kernel.errors import Invalid

_WITHOUT_DECIMALS: Final = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)
_OF_THREE_DECIMALS: Final = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
AMOUNT_MAX: Final = 99_999_999
"""The largest amount that Stripe takes."""


class AmountInvalid(Invalid):
    """A price is not an amount of its currency."""

    default_code = "amount_invalid"


def decimals_of(currency: str) -> int:
    """Return how many decimals the amounts of a currency have as Stripe counts them: none for JPY, two for USD."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _OF_THREE_DECIMALS else 2


def smallest_units(amount: object, currency: str) -> int:
    """Return an amount as people write it, "9.90" or 1500, in the smallest unit. Raises :class:`AmountInvalid`."""
    try:
        units = Decimal(str(amount)).scaleb(decimals_of(currency))
    except InvalidOperation:
        raise AmountInvalid(amount=str(amount), currency=currency) from None
    if not units.is_finite() or units != units.to_integral_value() or not 0 < units <= AMOUNT_MAX:
        raise AmountInvalid(amount=str(amount), currency=currency)
    return int(units)
