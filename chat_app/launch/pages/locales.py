"""Give the pages the server's catalogues."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from reflex_base.plugins import Plugin

from chat_app.catalogues import CATALOGUES, catalogue

OF_THE_SERVER: Final = frozenset({"mail", "roomExport"})
"""The groups of texts that no page shows."""

OF_THE_STAFF: Final = frozenset(
    {
        *("administration", "audit", "outbox", "storage"),
        *("siteGroups", "siteInvitations", "siteRooms", "siteSettings", "siteTools", "siteUsage", "siteWebhooks"),
    }
)
"""The groups of texts that only the pages of the site's staff use. Other pages do not load them."""


class LocalesPlugin(Plugin):
    """The Reflex plugin that copies the catalogues beside the scripts that import them."""

    def get_static_assets(self, **_: Any) -> Sequence[tuple[Path, str]]:
        """Return each catalogue with its path in ``.web``, and the part of it that is the staff's."""
        return list(_assets())


def _assets() -> Iterator[tuple[Path, str]]:
    folder = Path("public/locales")
    for path in CATALOGUES.glob("*.json"):
        groups = catalogue(path.stem)
        yield folder / path.name, _part(groups, groups.keys() - OF_THE_SERVER - OF_THE_STAFF)
        yield folder / f"staff-{path.name}", _part(groups, OF_THE_STAFF)


def _part(groups: Mapping[str, Any], wanted: Collection[str]) -> str:
    return json.dumps({group: texts for group, texts in groups.items() if group in wanted}, ensure_ascii=False)
