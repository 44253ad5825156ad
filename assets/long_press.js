// On touch, holding a message shows what one can do with it: its element carries `data-pressed` until the next touch.

const HOLD = 450; // ms
const SLACK = 10; // px that a finger may waver

let start = null; // { x, y, timer } while a finger is down on a message

const pressed = () => document.querySelector("[data-pressed]");
const putAway = () => pressed()?.removeAttribute("data-pressed");

function letGo() {
  clearTimeout(start?.timer);
  start = null;
}

function down(event) {
  letGo();
  if (event.pointerType !== "touch" || event.target.closest(".message-actions")) return;
  putAway();
  const message = event.target.closest("[data-message]");
  if (!message || event.target.closest("a, button, input, summary")) return;
  const timer = setTimeout(() => message.setAttribute("data-pressed", ""), HOLD);
  start = { x: event.clientX, y: event.clientY, timer };
}

function move({ clientX, clientY }) {
  if (start && Math.hypot(clientX - start.x, clientY - start.y) > SLACK) letGo();
}

if (typeof document !== "undefined") {
  document.addEventListener("pointerdown", down);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", letGo);
  document.addEventListener("pointercancel", letGo); // the finger scrolls
  document.addEventListener("click", (event) => event.target.closest(".message-actions button") && putAway());
  document.addEventListener("contextmenu", (event) => {
    // Android asks for its own menu at the same moment.
    if (event.target.closest("[data-pressed]")) event.preventDefault();
  });
}
