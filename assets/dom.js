// The page: its elements by selector (HTML, and dialogs where an id is a dialog's), its events, and what keys mean.

/** Where scripts listen to the page: where there is none, as under Node, to nothing. @type {EventTarget} */
export const page = typeof document === "undefined" ? new EventTarget() : document;
/** The same, for events that only a window gets. @type {EventTarget} */
export const tab = typeof window === "undefined" ? new EventTarget() : window;

/**
 * Listen to events by name; returns how to end.
 * @param {EventTarget} target
 * @param {Record<string, (event: any) => unknown>} handlers
 * @param {boolean | AddEventListenerOptions} [options]
 */
export function listen(target, handlers, options) {
  const all = Object.entries(handlers);
  for (const [name, handler] of all) target.addEventListener(name, handler, options);
  return () => {
    for (const [name, handler] of all) target.removeEventListener(name, handler, options);
  };
}

/** Whether a key belongs to an input method, which converts letters into words; Safari says it by the code alone. @param {KeyboardEvent | import("react").KeyboardEvent} event */
export const isComposing = (event) => ("nativeEvent" in event ? event.nativeEvent : event).isComposing || event.keyCode === 229;

/** Whether something is open that Escape closes by itself. */
export const isEscapeTaken = () => Boolean(find("dialog[open], [popover]:not([popover=manual]):popover-open"));

/**
 * Do something at Escape while it is `wanted` and nothing is open that Escape closes; no answer is stopped by it.
 * @param {() => boolean} isWanted @param {() => void} act
 */
export const onEscape = (isWanted, act) =>
  listen(page, {
    keydown: (/** @type {KeyboardEvent} */ event) => {
      const taken = isEscapeTaken() || find(".completions:not([hidden])");
      if (event.key !== "Escape" || event.defaultPrevented || isComposing(event) || taken || !isWanted()) return;
      event.preventDefault();
      act();
    },
  }, true);

/** Where an arrow key leads in a list. @type {Record<string, 1 | -1>} */
export const DOWN = { ArrowDown: 1, ArrowUp: -1 };
/** @type {Record<string, 1 | -1>} */
export const ACROSS = { ArrowRight: 1, ArrowLeft: -1 };

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement | null} */
export const find = (selector, within = document) => within.querySelector(selector);

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement[]} */
export const findAll = (selector, within = document) => [.../** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(selector))];

/**
 * The element of an event, or the matching one around it.
 * @param {{ target: EventTarget | null }} event @param {string} selector @returns {HTMLElement | null}
 */
export const closest = ({ target }, selector) => (target instanceof Element ? target.closest(selector) : null);

/** The element that has the same id now; it may have been rendered again. @param {Element} element */
export const byIdOf = ({ id }) => (id ? document.getElementById(id) : null);

/** The fields of a form, and its buttons. @param {HTMLFormElement} form */
export const inputsOf = (form) => /** @type {HTMLInputElement[]} */ ([...form.elements]);

/** @param {string} id */
export const dialogOf = (id) => /** @type {HTMLDialogElement | null} */ (document.getElementById(id));

/** @param {string} selector @returns {HTMLDialogElement[]} */
export const dialogs = (selector) => [.../** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll(selector))];
