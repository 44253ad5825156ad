"""Give the pages the server's catalogues."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reflex_base.plugins import Plugin

from chat_app.catalogues import CATALOGUES


class LocalesPlugin(Plugin):
    """The Reflex plugin that copies the catalogues beside the scripts that import them."""

    def get_static_assets(self, **_: Any) -> Sequence[tuple[Path, str]]:
        """Return each catalogue with its path in ``.web``."""
        return [(Path("public/locales") / path.name, path.read_text("utf-8")) for path in CATALOGUES.glob("*.json")]
