// Move the focus when its element disappears with its row or form: to the element with the same id, if it was rendered
// again in another place, or else to the nearest one.
import { byIdOf, findAll, listen, page } from "../dom.js";

const SCOPE = "main, dialog, [popover]";
const CONTROLS = "button:not(:disabled), a[href], input:is([type=file], [type=radio]:checked), [tabindex='0']"; // no text: phones show a keyboard for it
const TARGETS = `:is(${CONTROLS}):not(.toasts *)`; // which go away too

/** @type {{ element: Element, path: string } | null} */
let last = null; // what has the focus, and on which page

/** What a control is called: one that shows a symbol alone has a label. @param {Element} control */
const nameOf = (control) => control.ariaLabel ?? control.textContent;

/** @param {FocusEvent} event */
function onFocus({ target }) {
  last = { element: /** @type {Element} */ (target), path: location.pathname };
}

/** Forget the focus that a person has left by pressing beside everything. @param {FocusEvent} event */
function onBlur({ target }) {
  queueMicrotask(() => {
    if (document.activeElement === document.body && /** @type {Element} */ (target).isConnected) last = null;
  });
}

/** @param {MutationRecord[]} records */
function goOn(records) {
  if (!last || last.element.isConnected || document.activeElement !== document.body || last.path !== location.pathname) return;
  /** @type {Node} */
  let gone = last.element;
  /** @type {MutationRecord | undefined} */
  let removal;
  for (const record of records) {
    if (![...record.removedNodes].some((node) => node.contains(gone))) continue;
    removal = record;
    gone = record.target;
  }
  const anew = byIdOf(last.element);
  if (anew) anew.focus({ preventScroll: true });
  else if (removal) nearest(removal, nameOf(last.element))?.focus();
}

/**
 * The first focusable element after the place of the removed one, or else the last one before it, within the same
 * dialog or page. In a row, the same control of the next row.
 * @param {MutationRecord} removal
 * @param {string | null} name
 */
function nearest({ target, previousSibling }, name) {
  const before = previousSibling?.isConnected ? previousSibling : null;
  const isAfter = (/** @type {Node} */ node) => !before?.contains(node) && (before ?? target).compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
  for (let scope = /** @type {Element | null} */ (target); scope; scope = scope.matches(SCOPE) ? null : scope.parentElement) {
    const all = findAll(TARGETS, scope).filter((each) => each.getClientRects().length);
    const found = all.find((each) => nameOf(each) === name && isAfter(each)) ?? all.find(isAfter) ?? all.at(-1);
    if (found) return found;
  }
}

if (typeof document !== "undefined") new MutationObserver(goOn).observe(document.body, { childList: true, subtree: true });
listen(page, { focusin: onFocus, focusout: onBlur });
