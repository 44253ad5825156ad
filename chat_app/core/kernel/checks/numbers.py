"""Numbers that others send, as far as the database stores them."""

from collections.abc import Iterable
from typing import Final

NUMBER_MAX: Final = 2**31 - 1
"""The greatest number that a column of integers holds."""


def storable_sum(numbers: Iterable[int]) -> int:
    """Return the sum of numbers, as far as a column holds it: a vendor may count as it likes."""
    return min(sum(numbers), NUMBER_MAX)
