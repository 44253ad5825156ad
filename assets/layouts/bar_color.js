// The colour of the browser's bar is that of the page, in the theme that is shown.

import { findAll } from "../dom.js";

function follow() {
  const color = getComputedStyle(document.documentElement).getPropertyValue("--paper");
  findAll("meta[name='theme-color']").forEach((meta) => meta.setAttribute("content", color));
}

/** Begin to follow the theme; returns how to end. */
export function followTheme() {
  const observer = new MutationObserver(follow);
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  follow();
  return () => observer.disconnect();
}
