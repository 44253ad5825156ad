"""Cut uploads into parts, and name uploads by tokens."""

import re
from dataclasses import dataclass
from typing import Final

PART: Final = 8 * 1024 * 1024
"""Bytes of a part; a smaller file is sent as a whole."""
PARTS_MAX: Final = 10_000
UPLOAD_SECONDS: Final = 3600
"""Seconds for which the addresses of an upload are valid."""
_TOKEN: Final = re.compile(r"(\d{1,15})-([A-Za-z0-9._~-]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartPlan:
    """The division of an upload of ``size`` bytes into parts. ``name`` is the storage's id of it."""

    size: int
    name: str

    @classmethod
    def of(cls, token: str) -> "PartPlan | None":
        """Return the upload of a token, ``None`` for an invalid one."""
        read = _TOKEN.fullmatch(token)
        return cls(int(read[1]), read[2]) if read else None

    @property
    def token(self) -> str:
        """Return the token of the upload."""
        return f"{self.size}-{self.name}"

    @property
    def part_size(self) -> int:
        """Return the bytes of each part but the last one."""
        return max(PART, -(-self.size // PARTS_MAX))

    @property
    def lengths(self) -> list[int]:
        """Return the bytes of each part."""
        whole, rest = divmod(self.size, self.part_size)
        return [self.part_size] * whole + ([rest] if rest or not whole else [])

    @property
    def in_parts(self) -> bool:
        """Return whether the file goes in parts."""
        return self.size > PART
