"""Bundle the pages' scripts into few files, by the groups of pages that use them. By default the bundler makes one file
for each set of modules that the same pages share: thirty for a room, most of them with one or two symbols. Each file
costs a request.

``app`` is on every page, also before the sign-in. ``members`` is shared by pages that require a session. ``room`` is
shared by the room and home. ``staff`` is for the site's staff. ``pages`` is shared by a few pages.
"""

import json
from typing import Any, Final

from reflex_base.plugins import Plugin

MANY: Final = 6
"""The number of pages from which on a shared module goes into ``members``."""

_OF_STRANGERS: Final = ("sign-in", "sign-up", "forgot-password", "reset-password", "verify-email", "welcome", "consent")
_OF_ROOMS: Final = ("_index", "[r].$[room_id]._index")
_VITE_PLUGINS: Final = "reactRouter(),"
_PLUGIN: Final = """(() => {
      const here = (path) => fileURLToPath(new URL(path, import.meta.url));
      const routes = (names) => new Set(names.map((name) => here(`./app/routes/${name}.jsx`)));
      const strangers = routes(STRANGERS), rooms = routes(ROOMS), users = new Map();
      const isEverywhere = (entry) => /[/]app[/](root|entry[.]client)[.]js/.test(entry);
      function note(entry, id, moduleInfo) {
        const known = users.get(id) ?? users.set(id, new Set()).get(id);
        if (known.has(entry)) return;
        known.add(entry);
        for (const other of moduleInfo(id)?.importedIds ?? []) note(entry, other, moduleInfo);
      }
      function file(id) {
        if (id.includes("/devlop/")) return "app"; // of no bytes here, which some scripts share that come later
        const entries = [...(users.get(id) ?? [])];
        if (entries.length < 2) return null;
        if (entries.some((entry) => isEverywhere(entry) || strangers.has(entry))) return "app";
        if (entries.every((entry) => rooms.has(entry))) return "room";
        if (entries.every((entry) => entry.includes("/[admin]"))) return "staff";
        return entries.length >= MANY || entries.some((entry) => rooms.has(entry)) ? "members" : "pages";
      }
      return {
        name: "parley-scripts",
        config: () => ({
          resolve: { alias: [{ find: "@emotion/react", replacement: here("./public/jsx.js") }] },
          build: { rollupOptions: { output: { codeSplitting: { groups: [{ name: file, priority: 1 }] } } } },
        }),
        buildEnd() {
          users.clear();
          const moduleInfo = (id) => this.getModuleInfo(id);
          for (const id of this.getModuleIds()) if (moduleInfo(id)?.isEntry) note(id.split("?")[0], id, moduleInfo);
        },
      };
    })(),"""


class SharedScriptPlugin(Plugin):
    """The Reflex plugin that tells Vite the file of each module, and the replacement of emotion."""

    def pre_compile(self, **context: Any) -> None:
        """Add the plugin to Vite's configuration."""
        context["add_modify_task"]("vite.config.js", _add_plugin)


def _add_plugin(vite_config: str) -> str:
    if _VITE_PLUGINS not in vite_config:
        raise RuntimeError("vite.config.js is not in the form that Parley adds its shared scripts to.")
    plugin = _PLUGIN.replace("STRANGERS", json.dumps([f"[{name}]._index" for name in _OF_STRANGERS]))
    plugin = plugin.replace("ROOMS", json.dumps(_OF_ROOMS)).replace("MANY", str(MANY))
    return vite_config.replace(_VITE_PLUGINS, f"{plugin}\n    {_VITE_PLUGINS}", 1)
