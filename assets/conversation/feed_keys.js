// The keyboard in the list of messages: the whole list is one stop for Tab. The arrow keys go from message to message, and Tab
// through the controls of one.
//
// One message has tabindex 0, all others −1. It is set on the element, not by React: moving on renders nothing anew.

import { closest, find, findAll, isComposing, isEscapeTaken, listen, page } from "../dom.js";

const CONTROLS = ":is(a[href], button:not(:disabled), input, summary, [tabindex]):not([tabindex='-1'])";
const MENU = "[data-menu='message-menu']";
/** @type {Record<string, (at: number) => number>} */
const STEPS = { ArrowDown: (at) => at + 1, ArrowUp: (at) => Math.max(0, at - 1), Home: () => 0, End: () => -1 };

/** @type {HTMLElement | null} */
let stop = null; // the message to which Tab comes
let byTab = false; // whether the last thing that was pressed is Tab

/** @param {HTMLElement | null} message */
function setStop(message) {
  if (stop === message) return;
  stop?.setAttribute("tabindex", "-1");
  message?.setAttribute("tabindex", "0");
  stop = message;
}

/** Let Tab come to `message`, unless one of the list has the focus. @param {Element} box @param {HTMLElement | null} message */
export function keepStop(box, message) {
  if (!stop?.isConnected || !box.contains(document.activeElement)) setStop(message);
}

/** @param {FocusEvent | import("react").FocusEvent<HTMLElement>} event @param {HTMLElement} box @param {number} top where the list was scrolled to before */
export function focused(event, box, top) {
  const comes = byTab && !box.contains(/** @type {Node | null} */ (event.relatedTarget));
  if (comes && stop?.isConnected) {
    box.scrollTop = top;
    show(stop);
  } else {
    setStop(closest(event, "[data-message]") ?? stop);
  }
}

/** @param {HTMLElement | undefined} message */
function show(message) {
  message?.focus({ preventScroll: true });
  message?.scrollIntoView({ block: "nearest" });
}

/** @param {import("react").KeyboardEvent<HTMLElement>} event @param {HTMLElement} box @param {HTMLElement | null} end what stands behind the last message */
export function pressed(event, box, end) {
  const message = closest(event, "[data-message]");
  const modified = event.altKey || event.ctrlKey || event.metaKey;
  if (!message || modified || isComposing(event) || closest(event, "input, textarea, select")) return;
  if (event.key === "Tab") return leave(event, message, event.shiftKey ? box : end);
  if (event.key === "Escape" && !isEscapeTaken() && find(":focus-visible", box)) return toComposer(event);
  if (event.target === message && opensMenu(event)) return act(event, () => find(MENU, message)?.click());
  const step = STEPS[event.key];
  if (!step || event.shiftKey || goesOnBelow(event, message, box)) return;
  const all = findAll("[data-message]", box);
  act(event, () => show(all.at(step(all.indexOf(message)))));
}

/** @param {{ preventDefault: () => void }} event @param {() => void} does */
function act(event, does) {
  event.preventDefault();
  does();
}

/** @param {{ key: string, shiftKey: boolean }} event */
const opensMenu = ({ key, shiftKey }) => (shiftKey ? key === "F10" : ["Enter", "ArrowRight", "ContextMenu"].includes(key));

/** A message that is longer than the list is high is scrolled to its end first. @param {{ key: string }} event @param {Element} message @param {Element} box */
const goesOnBelow = ({ key }, message, box) => key === "ArrowDown" && message.getBoundingClientRect().bottom > box.getBoundingClientRect().bottom + 1;

/**
 * From the last control of a message Tab leaves the list, and back from the message itself: the browser goes on from `edge`.
 * @param {{ target: EventTarget }} event
 * @param {HTMLElement} message
 * @param {HTMLElement | null} edge
 */
function leave({ target }, message, edge) {
  const here = /** @type {HTMLElement} */ (target);
  const isAfter = (/** @type {HTMLElement} */ control) => here.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING;
  const back = edge?.contains(message);
  const more = back ? here !== message : findAll(CONTROLS, message).some((each) => isAfter(each) && each.checkVisibility({ visibilityProperty: true }));
  if (!more) edge?.focus({ preventScroll: true });
}

/** @param {{ preventDefault: () => void }} event */
function toComposer(event) {
  const composer = document.getElementById("composer-input");
  if (composer) act(event, () => composer.focus()); // and no answer is stopped by it
}

listen(page, { keydown: ({ key }) => (byTab = key === "Tab"), pointerdown: () => (byTab = false) }, true);
listen(page, { contextmenu: (event) => closest(event, "#message-menu") && event.preventDefault() }); // the menu key opens no second one
