// The keys that work everywhere.

import { useEffect } from "react";
import { closest, dialogOf } from "../dom.js";
import { tell } from "../live/store.js";
import { openJump } from "./jump.js";

/** @param {Event} event */
const typing = (event) => closest(event, "input, textarea, select, [contenteditable]");

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openJump();
  } else if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "f") {
    event.preventDefault();
    tell("navigate", "/search");
  } else if (event.key === "?" && !typing(event) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    dialogOf("shortcuts")?.showModal();
  }
}

export function Shortcuts() {
  useEffect(() => {
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  return null;
}
