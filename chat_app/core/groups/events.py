"""Events of groups. Published after the commit."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """Other people are in a group than before, or it is deleted."""

    group_id: UUID
