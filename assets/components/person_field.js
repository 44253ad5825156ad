// A field in which one names a person: those who fit are offered while one types, and chosen by keys or the pointer.
import { DOWN } from "../dom.js";
import { makeStore } from "../store.js";

/** @typedef {Person & { option: string, chosen: boolean }} Offer */

/** @type {Offer[]} */
const NONE = [];
const NOTHING = { list: "", words: "", chosen: -1 };
const typed = makeStore(NOTHING); // what stands in the field above which list, and which of the offers Enter takes
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
  if (event.nativeEvent?.isComposing) return;
  const { chosen } = typed.get();
  const step = offers.length && DOWN[event.key];
  if (step) {
    event.preventDefault();
    typed.update({ chosen: chosen < 0 && step < 0 ? offers.length - 1 : (chosen + step + offers.length) % offers.length });
  } else if (event.key === "Enter") {
    if (!offers[chosen]) return close(); // what was typed is sent, and no offers come after it
    event.preventDefault();
    take(offers[chosen].dataset.username ?? "");
  } else if (event.key === "Escape" && offers.length) {
    event.preventDefault(); // the dialog stays
    close();
  }
}

/** What the inputs of such fields do. */
export const pickProps = {
  onInput: (/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => {
    field = currentTarget;
    typed.set({ list: listOf(field), words: field.value, chosen: -1 });
  },
  onKeyDown,
  onBlur: close,
};

/** @param {string} form */
function useTyped(form) {
  const [list, words, chosen] = [typed.use("list"), typed.use("words"), typed.use("chosen")];
  return list === `${form}-offers` ? { words, chosen } : NOTHING;
}

/**
 * The offers for what stands in the field of `form`, as soon as `answer` is about that.
 * @param {string} form
 * @param {{ words: string, people: Person[] }} answer
 * @returns {Offer[]}
 */
export function useOffers(form, answer) {
  const { words, chosen } = useTyped(form);
  if (!words || words !== answer.words) return NONE;
  return answer.people.map((person, i) => ({ ...person, option: `${form}-offer-${i}`, chosen: i === chosen }));
}

/** The id of the offer that Enter takes. @param {string} form */
export function useChosen(form) {
  const { chosen } = useTyped(form);
  return chosen < 0 ? "" : `${form}-offer-${chosen}`;
}
