// The keys that work everywhere.

import { useLayoutEffect } from "react";
import { closest, dialogOf, DOWN, listen, page } from "../dom.js";
import { tell } from "../live/store.js";
import { openPalette } from "../palette/palette.js";
import { goOn, hide } from "./sidebar.js";

/** @param {Event} event */
const typing = (event) => closest(event, "input, textarea, select, [contenteditable]");

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  } else if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "f") {
    event.preventDefault();
    tell("navigate", "/search");
  } else if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    hide();
  } else if (event.altKey && !event.ctrlKey && !event.metaKey && event.key in DOWN) {
    event.preventDefault();
    goOn(DOWN[event.key], event.shiftKey);
  } else if (event.key === "?" && !typing(event) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    dialogOf("shortcuts")?.showModal();
  }
}

export function Shortcuts() {
  useLayoutEffect(() => listen(page, { keydown: pressed }), []);
  return null;
}
