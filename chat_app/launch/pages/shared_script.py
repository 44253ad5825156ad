"""Build a page's scripts into few files, by who needs them.

Left alone, the bundler makes a file of each set of modules that the same pages share: thirty for a room, of which most
are a symbol or two. A file costs a browser more than its hundred bytes do.

``app`` is on every page, those of people who are not signed in too; ``members`` is what pages behind the sign-in share;
``room`` is the room's, which home shows too; ``staff`` is that of the site's staff; ``pages`` is what few pages share.
"""

import json
from typing import Any, Final

from reflex_base.plugins import Plugin

MANY: Final = 6
"""A module that so many pages have is among the ``members``'."""

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
    """The Reflex plugin that tells Vite which module goes into which file, and what stands in for emotion."""

    def pre_compile(self, **context: Any) -> None:
        """Add the plugin to Vite's configuration."""
        context["add_modify_task"]("vite.config.js", _add_plugin)


def _add_plugin(vite_config: str) -> str:
    if _VITE_PLUGINS not in vite_config:
        raise RuntimeError("vite.config.js is not in the form that Parley adds its shared scripts to.")
    plugin = _PLUGIN.replace("STRANGERS", json.dumps([f"[{name}]._index" for name in _OF_STRANGERS]))
    plugin = plugin.replace("ROOMS", json.dumps(_OF_ROOMS)).replace("MANY", str(MANY))
    return vite_config.replace(_VITE_PLUGINS, f"{plugin}\n    {_VITE_PLUGINS}", 1)
