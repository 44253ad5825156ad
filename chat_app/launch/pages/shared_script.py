"""Build what most pages share into one file.

Left alone, the bundler makes a file of each set of modules that the same pages share: thirty for a room, of which most
are a symbol or two. A file costs a browser more than its hundred bytes do.
"""

import json
from typing import Any

from reflex_base.plugins import Plugin

_MANY = 18
"""A module that so many pages have is in the shared file: more than there are of the staff, whose own stay apart."""
_GROUP = {"name": "shared", "minShareCount": _MANY, "minSize": 0}
_BUILD = {"rollupOptions": {"output": {"codeSplitting": {"groups": [_GROUP]}}}}
_VITE_PLUGINS = "reactRouter(),"


class SharedScriptPlugin(Plugin):
    """The Reflex plugin that adds the group to what Vite is told."""

    def pre_compile(self, **context: Any) -> None:
        """Have Vite's configuration name the group."""
        context["add_modify_task"]("vite.config.js", _add_group)


def _add_group(vite_config: str) -> str:
    if _VITE_PLUGINS not in vite_config:
        raise RuntimeError("vite.config.js is not in the form that Parley adds its shared script to.")
    plugin = f'{{ name: "parley-shared-script", config: () => ({{ build: {json.dumps(_BUILD)} }}) }},'
    return vite_config.replace(_VITE_PLUGINS, f"{plugin}\n    {_VITE_PLUGINS}", 1)
