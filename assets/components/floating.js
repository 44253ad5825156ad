// Dialogs open and close by `data-opens` and `data-closes`; menus are popovers, placed beside their button and walked by keys.
const GAP = 4;
const EDGE = 8;
const FIRST = ".input:is(input, textarea), .actions button";

function onClick(event) {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(opener.dataset);
  const menu = event.target.closest("[data-menu]");
  if (menu) openMenu(menu);
  const dialog = event.target.closest("dialog");
  if (dialog?.open && (event.target.closest("[data-closes]") || beside(dialog, event))) dialog.close();
  if (event.target.closest("[role=menuitem]:not([data-stays])")) event.target.closest("[popover]")?.hidePopover();
}

function open({ opens, about }) {
  const dialog = document.getElementById(opens);
  if (!dialog || dialog.open) return;
  const field = dialog.querySelector("[name=about]");
  if (field) field.value = about;
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
const itemsOf = (menu) => [...menu.querySelectorAll(":is([role^=menuitem], [data-item]):not(:disabled)")];
const searchOf = (menu) => menu.querySelector("input[type=search]");

function onToggle(event) {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]")) return;
  const button = openers.get(menu) ?? event.source ?? buttonOf(menu);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open") return;
  if (button) place(menu, button.getBoundingClientRect());
  const items = itemsOf(menu);
  const chosen = items.find((item) => item.ariaChecked === "true");
  const search = matchMedia("(pointer: coarse)").matches ? null : searchOf(menu); // no keyboard comes up over the menu
  (search ?? chosen ?? items[0] ?? menu).focus({ preventScroll: true });
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

/** Open another menu in a menu's place, for the same button. */
export function replace(menu, other) {
  const [before, after] = [menu, other].map((id) => document.getElementById(id));
  openers.set(after, openers.get(before));
  before.hidePopover();
  after.showPopover();
}

/** How many items a key goes on: in a grid also to the sides, and up and down by rows. */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const STEPS_IN_GRID = { ArrowRight: 1, ArrowLeft: -1 };
const ROWS_IN_GRID = { ArrowDown: 1, ArrowUp: -1 };

function onKeyDown(event) {
  const menu = event.target.closest?.(".menu:popover-open");
  if (!menu || event.isComposing) return;
  if (event.target === searchOf(menu)) return searching(menu, event);
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  const grid = "grid" in menu.dataset;
  const step = (grid ? STEPS_IN_GRID : STEPS)[event.key];
  const row = grid && ROWS_IN_GRID[event.key];
  if (step) go(event, items[(at + step + items.length) % items.length]);
  else if (row) go(event, at < 0 ? items[0] : (inRow(items, items[at], row) ?? searchOf(menu)));
  else if (event.key === "Home") go(event, items[0]);
  else if (event.key === "End") go(event, items.at(-1));
  else if (event.key === "Tab") searchOf(menu) ? go(event, searchOf(menu)) : menu.hidePopover();
  else if (event.key.length === 1 && event.key !== " ") searchOf(menu)?.focus(); // which then takes the letter
}

function searching(menu, event) {
  const [first] = itemsOf(menu);
  if (event.key === "ArrowDown" || event.key === "Tab") go(event, first);
  else if (event.key === "Enter") {
    event.preventDefault(); // else the button that has the focus then is pressed too
    first?.click();
  }
}

function go(event, target) {
  event.preventDefault();
  target?.focus();
}

/** The nearest item in the next row of a grid whose rows may be short; null beyond the last. */
function inRow(items, from, direction) {
  const { left, top } = from.getBoundingClientRect();
  let [nearest, least] = [null, Infinity];
  for (const item of items) {
    const box = item.getBoundingClientRect();
    const down = (box.top - top) * direction;
    const distance = down * 1000 + Math.abs(box.left - left);
    if (down > 1 && distance < least) [nearest, least] = [item, distance];
  }
  return nearest;
}

/** Of a dialog that asks for a password, nothing stays that was typed. */
function onClose({ target }) {
  if (target.matches("dialog[data-forgets]")) target.querySelectorAll("form").forEach((form) => form.reset());
}

if (typeof document !== "undefined") {
  document.addEventListener("close", onClose, true);
  document.addEventListener("pointerdown", onPress, true);
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("keydown", onKeyDown);
}
