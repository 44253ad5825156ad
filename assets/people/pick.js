// A field in which one names a person: whoever fits is offered while one types.
import { useSyncExternalStore } from "react";

import { request } from "../api.js";

const PAUSE = 150; // ms after a keystroke
const MOST = 6;
const NONE = [];
const listeners = new Set();
let open = null; // the field whose offers are shown
let offers = NONE;
let chosen = -1;
let timer = null;
let asking = 0;

function show(name, people) {
  open = people.length ? name : null;
  chosen = Math.min(chosen, people.length - 1);
  offers = people.map((person, i) => ({ ...person, option: `${name}-offer-${i}`, chosen: i === chosen }));
  listeners.forEach((listener) => listener());
}

function close() {
  clearTimeout(timer);
  asking += 1;
  chosen = -1;
  show(null, NONE);
}

async function search(name, words) {
  const mine = (asking += 1);
  const { data } = await request("GET", `/users/search?limit=${MOST}&q=${encodeURIComponent(words)}`);
  if (mine === asking) show(name, data?.items ?? NONE);
}

let field = null;

/** Write the person's name into the field. */
export function take(username) {
  const input = field;
  close();
  input.value = `@${username}`;
  requestAnimationFrame(() => input.focus());
}

function onInput(name, { currentTarget }) {
  field = currentTarget;
  const words = field.value.replace(/^\s*@/, "").trim();
  close();
  if (words) timer = setTimeout(() => search(name, words), PAUSE);
}

function onKeyDown(name, event) {
  if (event.nativeEvent?.isComposing || open !== name) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    chosen = chosen < 0 && step < 0 ? offers.length - 1 : (chosen + step + offers.length) % offers.length;
    show(name, offers);
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    take(offers[chosen].username);
  } else if (event.key === "Escape") {
    event.preventDefault(); // the dialog stays
    close();
  }
}

/** What the input of the field `name` does. */
export const pickProps = (name) => ({
  onInput: (event) => onInput(name, event),
  onKeyDown: (event) => onKeyDown(name, event),
  onBlur: close,
});

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useOffers(name) {
  const read = () => (open === name ? offers : NONE);
  return useSyncExternalStore(subscribe, read, read);
}

/** The id of the offer that Enter takes. */
export function useChosen(name) {
  const read = () => (open === name ? (offers[chosen]?.option ?? "") : "");
  return useSyncExternalStore(subscribe, read, read);
}
