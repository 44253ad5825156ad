// Dialogs open and close by `data-opens` and `data-closes`; menus are popovers, placed beside their button and walked by keys.
import { isTouch } from "../device.js";
import { ACROSS, byIdOf, closest, dialogOf, DOWN, find, findAll, isComposing, listen, page } from "../dom.js";
import { draw } from "./drawn.js";

const GAP = 4;
const EDGE = 8;
const FIRST = ".input:is(input, textarea), .actions button";

/** @param {MouseEvent} event */
function onClick(event) {
  // First, so that a dialog gives the focus back to where the menu had it from.
  if (closest(event, "[role^=menuitem]:not([data-stays])")) closest(event, "[popover]")?.hidePopover();
  const opener = closest(event, "[data-opens]");
  if (opener) open(opener.dataset);
  const button = closest(event, "[data-menu]");
  if (button) toggleMenu(button, event.detail > 0);
  closing = null;
  const dialog = /** @type {HTMLDialogElement | null} */ (closest(event, "dialog"));
  if (dialog?.open && (closest(event, "[data-closes]") || beside(dialog, event))) dialog.close();
}

/** @type {WeakMap<HTMLElement, MutationObserver>} */
const waiting = new WeakMap(); // dialogs that will open once they show what they were opened for

/** @param {DOMStringMap} dataset of the control that opens the dialog `opens`: once that `shows` the same, where the control names it. What it is `about` goes into its field of that name */
export function open({ opens, about, shows }) {
  const dialog = dialogOf(opens ?? "");
  if (!dialog || dialog.open) return;
  waiting.get(dialog)?.disconnect();
  if (shows !== undefined && dialog.dataset.shows !== shows) {
    const changes = new MutationObserver(() => open({ opens, about, shows }));
    changes.observe(dialog, { attributeFilter: ["data-shows"] });
    return void waiting.set(dialog, changes);
  }
  draw(dialog.id);
  setAbout(dialog, about);
  // What closes for the dialog gives the focus back first: the dialog would return it to a control that is hidden by then.
  findAll("[popover]:not([popover=manual]):popover-open").forEach((over) => over.contains(dialog) || over.hidePopover());
  dialog.showModal();
  const first = find(FIRST, dialog); // not the cross in its corner
  if (!(isTouch() && first?.matches(".input"))) first?.focus(); // no keyboard comes up over the dialog
}

/** Say in an element's field of that name what it is about. @param {HTMLElement} element @param {string} [about] */
function setAbout(element, about = "") {
  const field = /** @type {HTMLInputElement | null} */ (find("[name=about]", element));
  if (field) field.value = about;
}

/** @type {WeakMap<HTMLElement, HTMLElement>} */
const openers = new WeakMap(); // menu → the button that opened it: many may share one

/** @param {HTMLElement} button */
const menuOf = (button) => document.getElementById(button.dataset.menu ?? "");

/** A menu opens beside the button that was pressed; pressed again, it closes. @param {HTMLElement} button @param {boolean} byPointer */
function toggleMenu(button, byPointer) {
  const menu = menuOf(button);
  if (!menu) return;
  const isOpen = menu.matches(":popover-open") && openers.get(menu) === button;
  menu.hidePopover();
  if (isOpen || (byPointer && closing?.menu === menu && closing.button === button)) return;
  openers.get(menu)?.setAttribute("aria-expanded", "false");
  show(menu, button);
}

/** Open a menu, and bring the focus into it at once: browsers say it a task later, and a key pressed before would go elsewhere. @param {HTMLElement} menu @param {HTMLElement} [button] */
function show(menu, button) {
  if (button) openers.set(menu, button);
  menu.showPopover();
  if (button) place(menu, button.getBoundingClientRect());
  heights.set(menu, menu.offsetHeight);
  growing?.observe(menu);
  const items = itemsOf(menu);
  const chosen = items.find((item) => item.ariaChecked === "true");
  const search = isTouch() ? null : searchOf(menu); // no keyboard comes up over the menu
  (search ?? chosen ?? items[0] ?? menu).focus({ preventScroll: true });
}

/** @type {{ menu: HTMLElement, button: HTMLElement } | null} */
let closing = null; // what the press that is being made has closed
/** @param {PointerEvent} event */
function onPress(event) {
  const button = closest(event, "[data-menu]");
  const menu = button && menuOf(button);
  closing = button && menu?.matches(":popover-open") && openers.get(menu) === button ? { menu, button } : null;
}

/** Whether a click on the dialog element itself was on the veil around it. @param {HTMLElement} dialog @param {MouseEvent} event */
function beside(dialog, event) {
  if (event.target !== dialog || event.detail === 0) return false; // detail 0: pressed by a key
  const box = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
const itemsOf = (menu) => findAll(":is([role^=menuitem], [data-item]):not(:disabled, .menu-star)", menu);
/** @param {HTMLElement} menu @returns {HTMLInputElement | null} */
const searchOf = (menu) => menu.querySelector("input[type=search]");

/** @param {ToggleEvent} event */
function onToggle(event) {
  const menu = event.target;
  if (!(menu instanceof HTMLElement && menu.matches(".menu[popover]"))) return;
  openers.get(menu)?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open") growing?.unobserve(menu);
}

/** Below the button if there is room, else above; kept within the window. @param {HTMLElement} menu @param {DOMRect} button */
function place(menu, button) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = button.bottom + GAP;
  const fits = below + height <= innerHeight - EDGE;
  const left = button.left + width <= innerWidth - EDGE ? button.left : button.right - width;
  menu.style.left = `${Math.max(EDGE, left)}px`;
  menu.style.top = `${fits ? below : Math.max(EDGE, button.top - GAP - height)}px`;
}

/** Of open menus: the items of some come after they were opened. @type {WeakMap<Element, number>} */
const heights = new WeakMap();
const growing = typeof ResizeObserver === "undefined" ? null : new ResizeObserver((entries) => entries.forEach(({ target }) => grown(/** @type {HTMLElement} */ (target))));

/** A menu that has grown is placed anew, one that has shrunk stays. @param {HTMLElement} menu */
function grown(menu) {
  const height = menu.offsetHeight;
  const button = openers.get(menu);
  if (height > (heights.get(menu) ?? height) && button) place(menu, button.getBoundingClientRect());
  heights.set(menu, height);
}

/** An open menu goes with the button that opened it, which may have been made anew in another place; where that is out of sight, it closes. @param {string} id */
export function follow(id) {
  const menu = document.getElementById(id);
  const opener = menu?.matches(":popover-open") && openers.get(menu);
  if (!menu || !opener) return;
  const button = byIdOf(opener);
  if (!button) return menu.hidePopover();
  if (button !== opener) takeOver(menu, button);
  const box = button.getBoundingClientRect();
  if (document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).includes(button)) place(menu, box);
  else menu.hidePopover();
}

/** @param {HTMLElement} menu @param {HTMLElement} button to which the focus goes when the menu closes, as browsers do for the one that opened it */
function takeOver(menu, button) {
  openers.set(menu, button);
  button.setAttribute("aria-expanded", "true");
  menu.addEventListener("beforetoggle", () => menu.contains(document.activeElement) && button.focus({ preventScroll: true }), { once: true });
}

/** Open another menu in a menu's place, for the same button. @param {string} menu @param {string} other */
export function replace(menu, other) {
  const [before, after] = [menu, other].map((id) => document.getElementById(id));
  if (!before || !after) return;
  before.hidePopover();
  show(after, openers.get(before));
}

/** Open a popover that is not a menu, beside an element. @param {HTMLElement} panel @param {HTMLElement} element @param {string} about */
export function openBeside(panel, element, about) {
  setAbout(panel, about);
  panel.showPopover();
  place(panel, element.getBoundingClientRect());
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const menu = closest(event, ".menu:popover-open");
  if (!menu || isComposing(event)) return;
  if (event.target === searchOf(menu)) return searching(menu, event);
  const items = itemsOf(menu);
  const active = /** @type {HTMLElement} */ (document.activeElement);
  const beside = active.closest(".menu-pair")?.querySelectorAll("button"); // an item, and its star
  const at = items.indexOf(beside?.[0] ?? active);
  const grid = "grid" in menu.dataset; // in one also to the sides, and up and down by rows
  const step = (grid ? ACROSS : DOWN)[event.key];
  const row = grid && DOWN[event.key];
  if (beside && event.key in ACROSS) go(event, beside[active === beside[0] ? 1 : 0]);
  else if (step) go(event, items[(at + step + items.length) % items.length]);
  else if (row) go(event, at < 0 ? items[0] : (inRow(items, items[at], row) ?? searchOf(menu)));
  else if (event.key === "Home") go(event, items[0]);
  else if (event.key === "End") go(event, items.at(-1));
  else if (event.key === "Tab" && searchOf(menu)) go(event, searchOf(menu));
  else if (event.key === "Tab") menu.hidePopover();
  else if (event.key.length === 1 && event.key !== " ") searchOf(menu)?.focus(); // which then takes the letter
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function searching(menu, event) {
  const [first] = itemsOf(menu);
  if (event.key === "ArrowDown" || event.key === "Tab") go(event, first);
  else if (event.key === "Enter") {
    event.preventDefault(); // else the button that has the focus then is pressed too
    first?.click();
  }
}

/** @param {Event} event @param {HTMLElement | null | undefined} target */
function go(event, target) {
  event.preventDefault();
  target?.focus();
}

/** The nearest item in the next row of a grid whose rows may be short; none beyond the last. @param {HTMLElement[]} items @param {HTMLElement} from @param {number} direction */
function inRow(items, from, direction) {
  const { left, top } = from.getBoundingClientRect();
  const distances = items.map((item) => {
    const box = item.getBoundingClientRect();
    const down = (box.top - top) * direction;
    return down > 1 ? down * 1000 + Math.abs(box.left - left) : Infinity;
  });
  const least = Math.min(...distances);
  return least < Infinity ? items[distances.indexOf(least)] : null;
}

/** Of a dialog that asks for a password, nothing stays that was typed. @param {Event} event */
function onClose({ target }) {
  const dialog = /** @type {HTMLElement} */ (target);
  if (dialog.matches("dialog[data-forgets]")) dialog.querySelectorAll("form").forEach((form) => form.reset());
}

listen(page, { close: onClose, pointerdown: onPress, toggle: onToggle }, true);
listen(page, { click: onClick, keydown: onKeyDown });
