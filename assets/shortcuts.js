// The keys that work everywhere.

import { useEffect } from "react";
import { openJump } from "./jump.js";

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openJump();
  } else if (event.key === "?" && !typing(event.target) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    document.getElementById("shortcuts")?.showModal();
  }
}

export function Shortcuts() {
  useEffect(() => {
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  return null;
}
