"""The steps in which an answer is sent: each is a packet to everybody who reads it."""

from typing import Final

REST_FAST: Final = 0.06
"""Seconds between two packets of an answer that arrives faster than people can see words appear: few packets are
enough.
"""

FAST: Final = 0.015
"""Seconds between pieces below which an answer counts as this fast."""

REST_PER_ANSWER: Final = 0.0008
"""Seconds between two packets of an answer, for each answer that is being written. A single one is sent word by word.
"""

REST_LONG: Final = 0.1
"""Seconds between two packets of a long answer."""

LONG: Final = 10.0
"""Seconds after which an answer is long; its steps grow until then. A model writes several times faster than people
read, so nobody reads the newest words of a long answer as they arrive.
"""


def rest_after(age: float, gap: float, answers: int) -> float:
    """Return the seconds to rest after sending some of an answer, of this age and with this gap between its pieces."""
    rest = max(REST_PER_ANSWER * answers, REST_LONG * min(1.0, age / LONG))
    return max(rest, REST_FAST) if gap < FAST else rest
