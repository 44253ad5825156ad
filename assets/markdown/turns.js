// Turns of work on what is shown: the nearest to the view first, in idle slices; what is far away waits until it comes near.
import { flushSync } from "react-dom";

const NEAR = 1.5; // screens
const AT_ONCE = 24; // ms, before what has just been put there is painted
const SLICE = 12; // ms
const PATIENCE = 200; // ms
const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 16)); // Safari has none

/** @type {Map<Element, () => void>} */
const waiting = new Map(); // element → its next turn
let fresh = false; // whether the turn before the next paint is asked for
let asked = false; // likewise, the next idle one

/**
 * Have `turn` called once `element` is near the view and there is time; returns how to take that back.
 * @param {Element} element
 * @param {() => void} turn
 */
export function wait(element, turn) {
  if (!waiting.size) document.addEventListener("scroll", look, { capture: true, passive: true });
  waiting.set(element, turn);
  if (!fresh) {
    fresh = true;
    queueMicrotask(atOnce); // once all is mounted and scrolled to its place
  }
  return () => void waiting.delete(element);
}

/** Other elements may be in view now. */
export function look() {
  if (asked || !waiting.size) return;
  asked = true;
  idle(inTime, { timeout: PATIENCE });
}

function atOnce() {
  run(AT_ONCE, 0);
  fresh = false;
  look();
}

function inTime() {
  asked = false;
  if (run(SLICE, NEAR * window.innerHeight)) look();
  else if (!waiting.size) document.removeEventListener("scroll", look, { capture: true });
}

/**
 * Take turns for `time`, at most so far from the view; returns whether there are more.
 * @param {number} time
 * @param {number} most
 */
function run(time, most) {
  const until = performance.now() + time;
  for (let element = nearest(most); element; element = nearest(most)) {
    const turn = waiting.get(element);
    waiting.delete(element);
    if (turn) flushSync(turn);
    if (performance.now() > until) return true;
  }
  return false;
}

/** @param {number} most @returns {Element | null} */
function nearest(most) {
  let found = null;
  for (const element of waiting.keys()) {
    const away = distance(element);
    if (away > most) continue;
    found = element;
    most = away - Number.EPSILON;
    if (away <= 0) break;
  }
  return found;
}

/** How far an element is above or below the view; what a folded message hides is never near. @param {Element} element */
function distance(element) {
  const fold = element.closest(".folded")?.getBoundingClientRect();
  const away = fold && outOfView(fold);
  if (away) return away; // and nothing in it is laid out for the question
  const place = element.getBoundingClientRect();
  return !place.width || place.top >= (fold?.bottom ?? Infinity) ? Infinity : outOfView(place);
}

/** @param {DOMRect} box */
const outOfView = ({ top, bottom }) => Math.max(0, top - window.innerHeight, -bottom);
