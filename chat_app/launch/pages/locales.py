"""Give the pages the server's catalogues, and have each page ask for the one that it needs from the first on."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from reflex_base.plugins import Plugin

from chat_app.catalogues import CATALOGUES, catalogue

OF_THE_SERVER: Final = frozenset({"mail"})
"""The groups of texts that no page shows."""

OF_THE_STAFF: Final = frozenset(
    {
        *("administration", "audit", "outbox", "storage"),
        *("siteGroups", "siteInvitations", "siteRooms", "siteSettings", "siteTools", "siteUsage"),
    }
)
"""The groups of texts that the pages of the site's staff alone show, and load: other visitors are spared them."""


_HEAD_END: Final = "</head>"
_PRELOAD: Final = """<script>(() => {
const files = FILES;
let kept = null;
try { kept = localStorage.getItem("parley.locale"); } catch {}
const tags = [kept, ...navigator.languages].map((tag) => tag?.split("-")[0]);
const href = files[tags.find((tag) => Object.hasOwn(files, tag)) ?? "en"];
document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
})()</script>"""
"""Chooses as ``i18n.js`` does, which would ask for the texts only when all scripts are there."""


class LocalesPlugin(Plugin):
    """The Reflex plugin that copies the catalogues beside the scripts that import them."""

    def get_static_assets(self, **_: Any) -> Sequence[tuple[Path, str]]:
        """Return each catalogue with its path in ``.web``, and the part of it that is the staff's."""
        return list(_assets())

    def post_build(self, **context: Any) -> None:
        """Write into the built page which files have its texts. Raises ``ValueError`` if one has not exactly one."""
        static = Path(context["static_dir"])
        files = {}
        for locale in (path.stem for path in CATALOGUES.glob("*.json")):
            [script] = (static / "assets").glob(f"{locale}-*.js")
            files[locale] = f"/assets/{script.name}"
        page = static / "index.html"
        preload = _PRELOAD.replace("FILES", json.dumps(files))
        page.write_text(page.read_text().replace(_HEAD_END, preload + _HEAD_END, 1))


def _assets() -> Iterator[tuple[Path, str]]:
    folder = Path("public/locales")
    for path in CATALOGUES.glob("*.json"):
        groups = catalogue(path.stem)
        yield folder / path.name, _part(groups, groups.keys() - OF_THE_SERVER - OF_THE_STAFF)
        yield folder / f"staff-{path.name}", _part(groups, OF_THE_STAFF)


def _part(groups: Mapping[str, Any], wanted: Collection[str]) -> str:
    return json.dumps({group: texts for group, texts in groups.items() if group in wanted}, ensure_ascii=False)
