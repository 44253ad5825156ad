"""The steps in which an answer is sent: each is a packet to everybody who reads it."""

from typing import Final

REST_FAST: Final = 0.06
"""Seconds between what is sent of an answer that comes faster than people see words appear: that takes few packets."""

FAST: Final = 0.015
"""Seconds between pieces below which an answer comes so fast."""

REST_PER_ANSWER: Final = 0.0008
"""Seconds between what is sent of an answer, for each answer that is being written. A lone one is sent word by word."""

REST_LONG: Final = 0.1
"""Seconds between what is sent of a long answer."""

LONG: Final = 10.0
"""Seconds after which an answer is long; until then its steps grow. A model writes several times as fast as people
read, so its newest words are no more those that somebody reads.
"""


def rest_after(age: float, gap: float, answers: int) -> float:
    """Return the seconds to rest after sending some of an answer, of this age and with this gap between its pieces."""
    rest = max(REST_PER_ANSWER * answers, REST_LONG * min(1.0, age / LONG))
    return max(rest, REST_FAST) if gap < FAST else rest
