// On touch, a tap on a message, or holding it, shows what one can do with it: its element carries `data-pressed`, which is "held" while
// the finger is still down. A tap puts it away; holding the message then selects its text, as anywhere.

import { closest, find, listen, page } from "../dom.js";

const HOLD = 450; // ms
const SLACK = 10; // px that a finger may waver
const OWN_TAP = "a, button, input, summary";
const NO_TAP = "pre, .quote";

/** @type {Touched | null} */
let start = null; // { message, x, y, at, timer } while a finger is down on a message
/** @type {Touched | null} */
let tapped = null; // the message that a click would be about

const pressed = () => find("[data-pressed]");
const putAway = () => pressed()?.removeAttribute("data-pressed");

function letGo() {
  clearTimeout(start?.timer);
  start = null;
  const message = pressed();
  if (message?.dataset.pressed) press(message, "");
}

/** @param {Element} message @param {string} how */
const press = (message, how) => message.setAttribute("data-pressed", how);

/** @param {PointerEvent} event */
function down(event) {
  letGo();
  tapped = null;
  const { clientX: x, clientY: y } = event;
  if (event.pointerType !== "touch" || closest(event, ".message-actions")) return;
  const message = closest(event, "[data-message]:has(.message-actions > *)");
  const again = message?.matches("[data-pressed]");
  if (!again) putAway();
  if (!message || closest(event, OWN_TAP)) return;
  start = { message, x, y, at: event.timeStamp, timer: again ? 0 : setTimeout(hold, HOLD) };
}

function hold() {
  if (start) showAt(start, "held");
}

/**
 * The actions come up beside the finger, which may be far below the beginning of a long message.
 * @param {Touched} touch
 * @param {string} how
 */
function showAt({ message, y }, how) {
  message.style.setProperty("--finger", `${y - message.getBoundingClientRect().top}px`);
  press(message, how);
}

/** @param {PointerEvent} event */
function move({ clientX, clientY }) {
  if (start && Math.hypot(clientX - start.x, clientY - start.y) > SLACK) letGo();
}

/** @param {PointerEvent} event */
function up(event) {
  if (start && event.timeStamp - start.at < HOLD && !closest(event, NO_TAP)) tapped = start;
  letGo();
}

/** Not when the finger is lifted: the element below it would then be clicked. @param {MouseEvent} event */
function click(event) {
  if (closest(event, ".message-actions button")) return putAway();
  if (!tapped?.message.contains(/** @type {Node} */ (event.target))) return;
  if (tapped.message === pressed()) putAway();
  else showAt(tapped, "");
  tapped = null;
}

/** Android asks for its own menu at the same moment. @param {Event} event */
const contextmenu = (event) => closest(event, '[data-pressed="held"]') && event.preventDefault();

const pointercancel = letGo; // the finger scrolls
listen(page, { pointerdown: down, pointermove: move, pointerup: up, pointercancel, click, contextmenu });
