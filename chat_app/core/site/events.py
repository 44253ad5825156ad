"""Events of the site's settings, published after the commit."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SiteSettingsChanged:
    """Settings of the site have changed, which all processes learn."""


@dataclass(frozen=True, slots=True)
class AnnouncementDismissed:
    """A person has dismissed an announcement. Published to them only."""

    user_id: UUID
    announcement: str
