"""Read the ranges that requests ask for."""

import re
from typing import Final

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class RangeUnsatisfiable(Exception):
    """No byte of the range is there."""


def asked_range(header: str | None, size: int) -> range | None:
    """Return the single range that a header requests, or ``None`` to send the whole, also for several ranges.

    Raises ``RangeUnsatisfiable``.
    """
    read = _RANGE.fullmatch(header.strip()) if header else None
    if read is None or not (read[1] or read[2]):
        return None
    if not read[1]:
        first, last = max(size - int(read[2]), 0), size - 1
    else:
        first, last = int(read[1]), min(int(read[2]), size - 1) if read[2] else size - 1
        if read[2] and int(read[2]) < first:
            return None
    if first > last:
        raise RangeUnsatisfiable
    return range(first, last + 1)
