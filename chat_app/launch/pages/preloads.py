"""Let each page request all of its scripts and texts at once, and show an error if they do not load.

One document serves every address, so its links cover what all pages need. A script in its head adds the rest by the
address and the language. Without it, the browser would discover the rest step by step, with a round trip for each step.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

from reflex_base.plugins import Plugin

from chat_app.catalogues import CATALOGUES, sentence

_HEAD_END: Final = "</head>"
_MESSAGES: Final = ("r/:room_id", "rendered")
"""The page that nearly always shows messages, and the script that renders them, which others may need later."""
_SCRIPT: Final = """<script>(() => {
const [files, texts, pages, words] = GIVEN, KEY = "parley.unloaded";
let kept = null, before = 0;
try {
  kept = localStorage.getItem("parley.locale");
  before = Number(sessionStorage.getItem(KEY));
} catch {}
const tags = [kept, ...navigator.languages].map((tag) => tag?.split("-")[0]);
const language = tags.find((tag) => Object.hasOwn(texts, tag)) ?? "en";

function note(failures) {
  try { sessionStorage.setItem(KEY, failures); } catch {}
}
function say() {
  const again = () => location.reload(), main = document.createElement("main");
  const [, , reload] = ["h1", "p", "button"].map((tag, n) =>
    main.appendChild(Object.assign(document.createElement(tag), { textContent: words[language][n] })));
  Object.assign(reload, { className: "button primary", onclick: again });
  document.body.append(Object.assign(main, { className: "home", role: "alert" }));
  main.style.minHeight = "100vh";
  addEventListener("online", again);
  setTimeout(again, 20_000);
}
if (before > 1) {
  note(0);
  stop();
  document.documentElement.append(document.createElement("body"));
  return say();
}
let looking, whole = setTimeout(note, 10_000, 0);
function failed({ target }) {
  clearTimeout(looking);
  looking = setTimeout(() => document.querySelector("body > :not(script)") || say(), 1000);
  if (!/^(LINK|SCRIPT)$/.test(target?.tagName)) return;
  clearTimeout(whole);
  note(before + 1);
}
addEventListener("error", failed, true);
addEventListener("unhandledrejection", failed);

const page = Object.keys(pages).find((path) => new RegExp(`^/${path}/?$`).test(location.pathname));
for (const each of [texts[language], ...(pages[page] ?? [])])
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: files[each] }));
})()</script>"""
"""Chooses the language as ``i18n.js`` does, and the page as React Router does.

If a file does not load and nothing is shown, it shows an error, and reloads the page after a while. React Router
reloads the page at once if a page's script is missing; after two such reloads in a row the third one is prevented.
"""
UNLOADED: Final = ("unloaded", "unloadedHint", "reload")
"""The texts of ``broken`` that the script shows, in their order."""


class PreloadsPlugin(Plugin):
    """The Reflex plugin that writes the script into the built document."""

    def post_build(self, **context: Any) -> None:
        """Write it. Raises ``ValueError`` if a text has not exactly one file."""
        static = Path(context["static_dir"])
        page = static / "index.html"
        document = page.read_text()
        files: dict[str, int] = {}
        texts = {path.stem: _number(files, _only(static, path.stem)) for path in CATALOGUES.glob("*.json")}
        pages = {
            re.sub(r":\w+", "[^/]+", path): [_number(files, name) for name in names if name not in document]
            for path, names in _routes(static).items()
        }
        words = {locale: [sentence("broken", name, locale, {}) for name in UNLOADED] for locale in texts}
        given = json.dumps([list(files), texts, pages, words], separators=(",", ":"))
        script = _SCRIPT.replace("GIVEN", given)
        page.write_text(document.replace(_HEAD_END, script + _HEAD_END, 1))


def _routes(static: Path) -> dict[str, list[str]]:
    """Return the scripts of each page by its path as React Router writes it."""
    [manifest] = (static / "assets").glob("manifest-*.js")
    routes = json.loads(manifest.read_text().partition("=")[2].rstrip(";"))["routes"].values()
    found = {each.get("path", ""): [each["module"], *each["imports"]] for each in routes if each["id"] != "root"}
    path, script = _MESSAGES
    found[path].append(_only(static, script))
    return {path: names for path, names in found.items() if path != "*"}


def _only(static: Path, name: str) -> str:
    [script] = (static / "assets").glob(f"{name}-*.js")
    return f"/assets/{script.name}"


def _number(files: dict[str, int], name: str) -> int:
    """Return the index of a file in the list of files. Adds the file if it is new."""
    return files.setdefault(name, len(files))
