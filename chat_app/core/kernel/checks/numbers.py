"""Numbers that others send, as far as the database stores them."""

from collections.abc import Iterable
from typing import Final

NUMBER_MAX: Final = 2**31 - 1
"""The greatest number that a column of integers holds."""


def storable_sum(numbers: Iterable[int]) -> int:
    """Return the sum of numbers, limited to the range of a column: a vendor's counts can be of any size."""
    return min(sum(numbers), NUMBER_MAX)
