// Whether somebody is at this tab: others see who is away.

import { listen } from "../dom.js";
import { tell } from "./store.js";

const IDLE = 5 * 60_000; // ms without a sign of life

let away = false;
let timer = 0;

/** @param {boolean} wanted */
function become(wanted) {
  if (away === wanted) return;
  away = wanted;
  tell("send", "attend", { away });
}

function sign() {
  clearTimeout(timer);
  timer = setTimeout(() => become(true), IDLE);
  if (!document.hidden) become(false);
}

const onVisibility = () => (document.hidden ? become(true) : sign());

/** Begin to watch; returns how to end. */
export function watch() {
  const signs = listen(window, { pointerdown: sign, keydown: sign, wheel: sign, touchstart: sign, focus: sign }, { passive: true, capture: true });
  const visibility = listen(document, { visibilitychange: onVisibility });
  onVisibility();
  return () => (clearTimeout(timer), signs(), visibility());
}

/** A new connection takes whoever comes by it to be there. */
export const attendAnew = () => away && tell("send", "attend", { away });
