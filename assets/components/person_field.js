// A field in which one names a person: those who fit are offered while one types, and chosen by keys or the pointer.
import { useSyncExternalStore } from "react";

const NONE = [];
const NOTHING = { list: "", words: "", chosen: -1 };
const listeners = new Set();
let typed = NOTHING; // what stands in the field above which list, and which of the offers Enter takes
let field = null;

function change(changes) {
  typed = { ...typed, ...changes };
  listeners.forEach((listener) => listener());
}

const close = () => change(NOTHING);
const listOf = (input) => input.getAttribute("aria-controls");

/** Write the person's name into the field. */
export function take(username) {
  close();
  field.value = `@${username}`;
  requestAnimationFrame(() => field.focus());
}

function onKeyDown(event) {
  const offers = document.getElementById(listOf(event.currentTarget)).children;
  if (event.nativeEvent?.isComposing || !offers.length) return;
  const { chosen } = typed;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    change({ chosen: chosen < 0 && step < 0 ? offers.length - 1 : (chosen + step + offers.length) % offers.length });
  } else if (event.key === "Enter" && offers[chosen]) {
    event.preventDefault();
    take(offers[chosen].dataset.username);
  } else if (event.key === "Escape") {
    event.preventDefault(); // the dialog stays
    close();
  }
}

/** What the inputs of such fields do. */
export const pickProps = {
  onInput: ({ currentTarget }) => {
    field = currentTarget;
    change({ list: listOf(field), words: field.value, chosen: -1 });
  },
  onKeyDown,
  onBlur: close,
};

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function useTyped(form) {
  const read = () => (typed.list === `${form}-offers` ? typed : NOTHING);
  return useSyncExternalStore(subscribe, read, read);
}

/** The offers for what stands in the field of `form`, as soon as `answer` is about that. */
export function useOffers(form, answer) {
  const { words, chosen } = useTyped(form);
  if (!words || words !== answer.words) return NONE;
  return answer.people.map((person, i) => ({ ...person, option: `${form}-offer-${i}`, chosen: i === chosen }));
}

/** The id of the offer that Enter takes. */
export function useChosen(form) {
  const { chosen } = useTyped(form);
  return chosen < 0 ? "" : `${form}-offer-${chosen}`;
}
