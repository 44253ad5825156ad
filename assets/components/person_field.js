// A field for a person's name: matching people are suggested while typing, and chosen by keys or the pointer.
import { DOWN, isComposing } from "../dom.js";
import { makeStore } from "../store.js";

const NOTHING = { list: "", words: "", chosen: "" };
const typed = makeStore(NOTHING); // what stands in the field above which list, and the id of the offer that Enter takes
/** @type {HTMLInputElement | null} */
let field = null;

const close = () => typed.set(NOTHING);

/** @param {HTMLInputElement} input */
const listOf = (input) => input.getAttribute("aria-controls") ?? "";

/** Write the person's name into the field. @param {string} username */
export function take(username) {
  close();
  if (field) field.value = `@${username}`;
  requestAnimationFrame(() => field?.focus());
}

/** @param {import("react").KeyboardEvent<HTMLInputElement>} event */
function onKeyDown(event) {
  const offers = /** @type {HTMLElement[]} */ ([...(document.getElementById(listOf(event.currentTarget))?.children ?? [])]);
  if (isComposing(event)) return;
  const at = offers.findIndex(({ id }) => id === typed.get().chosen);
  const step = offers.length && DOWN[event.key];
  if (step) {
    event.preventDefault();
    typed.update({ chosen: offers.at(at < 0 && step < 0 ? -1 : (at + step) % offers.length)?.id });
  } else if (event.key === "Enter") {
    if (at < 0) return close(); // what was typed is sent, and no offers come after it
    event.preventDefault();
    take(offers[at].dataset.username ?? "");
  } else if (event.key === "Escape" && offers.length) {
    event.preventDefault(); // the dialog stays
    close();
  }
}

/** The event handlers of the inputs of such fields. */
export const pickProps = {
  onInput: (/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => {
    field = currentTarget;
    typed.set({ list: listOf(field), words: field.value, chosen: "" });
  },
  onKeyDown,
  onBlur: close,
};

/** The text in the field above a list, and the suggestion that Enter takes. @param {string} _ @param {string} list */
export function useTyped(_, list) {
  const [here, words, chosen] = [typed.use("list"), typed.use("words"), typed.use("chosen")];
  return here === list ? { words, chosen } : NOTHING;
}
