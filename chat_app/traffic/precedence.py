"""Let messages go before what can wait, as uploads can."""

import time
from collections.abc import Callable
from typing import Final

EXPECTED_SECONDS: Final = 0.01
"""The seconds from an event of a page until its message is being written."""


class Precedence:
    """Knows whether a message is being written: ``under_way`` counts those messages."""

    def __init__(self, under_way: Callable[[], int]) -> None:
        self._under_way, self._expected_until = under_way, 0.0

    def expect(self) -> None:
        """Note that a page has sent something."""
        self._expected_until = time.monotonic() + EXPECTED_SECONDS

    def is_taken(self) -> bool:
        """Return whether a message is under way, or may be about to be."""
        return self._under_way() > 0 or time.monotonic() < self._expected_until
