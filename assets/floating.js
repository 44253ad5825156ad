// Dialogs open and close by `data-opens` and `data-closes`; menus are popovers, placed beside their button and walked by keys.
const GAP = 4;
const EDGE = 8;
const FIRST = ".input:is(input, textarea), .actions button";

function onClick(event) {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(opener.dataset.opens);
  const menu = event.target.closest("[data-menu]");
  if (menu) openMenu(menu);
  const dialog = event.target.closest("dialog");
  if (dialog?.open && (event.target.closest("[data-closes]") || beside(dialog, event))) dialog.close();
  if (event.target.closest("[role=menuitem]:not([data-stays])")) event.target.closest("[popover]")?.hidePopover();
}

function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector(FIRST)?.focus(); // not the cross in its corner
}

const openers = new WeakMap(); // menu → the button that opened it, where many do

/** A menu that many buttons share opens beside the one that was pressed; pressed again, it closes. */
function openMenu(button) {
  const menu = document.getElementById(button.dataset.menu);
  if (!menu || (closing?.menu === menu && closing.button === button)) return;
  openers.get(menu)?.setAttribute("aria-expanded", "false");
  openers.set(menu, button);
  menu.showPopover();
}

let closing = null; // what the press that is being made has closed
function onPress(event) {
  const button = event.target.closest("[data-menu]");
  const menu = button && document.getElementById(button.dataset.menu);
  closing = menu?.matches(":popover-open") && openers.get(menu) === button ? { menu, button } : null;
}

/** Whether a click on the dialog element itself was on the veil around it. */
function beside(dialog, event) {
  if (event.target !== dialog || event.detail === 0) return false; // detail 0: pressed by a key
  const box = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

const buttonOf = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
const itemsOf = (menu) => [...menu.querySelectorAll("[role^=menuitem]:not(:disabled)")];

function onToggle(event) {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]")) return;
  const button = openers.get(menu) ?? event.source ?? buttonOf(menu);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open") return;
  if (button) place(menu, button.getBoundingClientRect());
  const items = itemsOf(menu);
  const chosen = items.find((item) => item.ariaChecked === "true");
  (chosen ?? items[0])?.focus({ preventScroll: true });
}

/** Below the button if there is room, else above; kept within the window. */
function place(menu, button) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = button.bottom + GAP;
  const fits = below + height <= innerHeight - EDGE;
  const left = button.left + width <= innerWidth - EDGE ? button.left : button.right - width;
  menu.style.left = `${Math.max(EDGE, left)}px`;
  menu.style.top = `${fits ? below : Math.max(EDGE, button.top - GAP - height)}px`;
}

/** Place a menu anew that has grown. */
export const settle = (menu) => openers.has(menu) && place(menu, openers.get(menu).getBoundingClientRect());

/** How many items a key goes on in a menu of one column, or in a grid of `across`. */
const steps = (across) => ({ ArrowDown: across, ArrowUp: -across, ...(across > 1 && { ArrowRight: 1, ArrowLeft: -1 }) });

function onKeyDown(event) {
  const menu = event.target.closest?.(".menu:popover-open");
  if (!menu) return;
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  const step = steps(Number(menu.dataset.across ?? 1))[event.key];
  const target = step ? items[(at + step + items.length) % items.length] : { Home: items[0], End: items.at(-1) }[event.key];
  if (target) {
    event.preventDefault();
    target.focus();
  }
  if (event.key === "Tab") menu.hidePopover();
}

if (typeof document !== "undefined") {
  document.addEventListener("pointerdown", onPress, true);
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("keydown", onKeyDown);
}
