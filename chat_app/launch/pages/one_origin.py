"""Make the browser use the address of the page for all requests.

Reflex writes the back end's address into the front-end build. Parley serves pages and back end on one port, which is
known only at the start, often behind a proxy with https. So the built address is replaced by the page's own. In
development Vite serves the pages, and forwards requests for the back end.
"""

import json
import re
from pathlib import Path
from typing import Any

from reflex_base.config import get_config
from reflex_base.plugins import Plugin

BACKEND_PATHS = ("/_event", "/_upload", "/ping", "/api", "/ws", "/healthz", "/readyz", "/files/")
_BAKED_ADDRESS = r"([\"'`])(?:http|ws)s?://localhost:\d+(/(?:_event|ping|_upload|_health|auth-codespace|_all_routes))\1"
# Reflex replaces host and port of these by its own rules, which the page's address does not need.
_SWAPPED_HOSTS = r"\[([\"'`])localhost\1,\s*\1[0.]+\1,[^\]]*\]"
_VITE_PLUGINS = "alwaysUseReactDomServerNode(),"


class OneOriginPlugin(Plugin):
    """The Reflex plugin that replaces the addresses."""

    def pre_compile(self, **context: Any) -> None:
        """Make Vite's development server proxy requests, and listen on loopback alone."""
        context["add_modify_task"]("vite.config.js", _add_proxy)

    def post_build(self, **context: Any) -> None:
        """Replace the addresses in the finished build. Raises `RuntimeError` if Reflex writes them in another form."""
        scripts = sorted(Path(context["static_dir"]).rglob("*.js"))
        found = [_replace(script, _BAKED_ADDRESS, r"location.origin+\1\2\1") for script in scripts]
        found_hosts = [_replace(script, _SWAPPED_HOSTS, "[]") for script in scripts]
        if not (any(found) and any(found_hosts)):
            raise RuntimeError("The front-end build holds no back-end address in the form that Parley replaces.")


def _replace(script: Path, pattern: str, replacement: str) -> bool:
    text, count = re.subn(pattern, replacement, script.read_text())
    if count:
        script.write_text(text)
    return count > 0


def _add_proxy(vite_config: str) -> str:
    if _VITE_PLUGINS not in vite_config:
        raise RuntimeError("vite.config.js is not in the form that Parley adds its proxy to.")
    target = {"target": f"http://127.0.0.1:{get_config().backend_port}", "ws": True}
    server = json.dumps({"host": "127.0.0.1", "proxy": dict.fromkeys(BACKEND_PATHS, target)})
    plugin = f'{{ name: "parley-one-origin", config: () => ({{ server: {server} }}) }},'
    return vite_config.replace(_VITE_PLUGINS, f"{plugin}\n    {_VITE_PLUGINS}", 1)
