// The keys that work everywhere.

import { open } from "../components/floating.js";
import { closest, DOWN, find, isComposing, listen, page } from "../dom.js";
import { tell } from "../live/store.js";
import { openPalette } from "../palette/palette.js";
import { goOn, hide } from "./sidebar.js";

/** @param {Event} event */
const typing = (event) => closest(event, "input, textarea, select, [contenteditable]");

/** The action of a key here; nothing if it means something else. @param {KeyboardEvent} event */
function meaning(event) {
  const { shiftKey, altKey } = event;
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  if (command && !shiftKey && key === "k") return openPalette;
  if (command && shiftKey && key === "f") return () => tell("navigate", "/search");
  if (command && shiftKey && key === "s") return hide;
  if (altKey && !command && event.key in DOWN) return () => goOn(DOWN[event.key], shiftKey);
  if (key === "?" && !typing(event) && !document.querySelector("dialog[open]")) return () => open({ opens: "shortcuts" });
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const act = !isComposing(event) && find("#sidebar") && meaning(event);
  if (!act) return;
  event.preventDefault();
  act();
}

listen(page, { keydown: pressed });
