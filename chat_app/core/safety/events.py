"""Events of reports, published after the commit."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReportsChanged:
    """So many reports are ``pending`` now. Published to the site's admins only."""

    admins: tuple[UUID, ...]
    pending: int
