// The search query is in the page's address; the page's state runs it.
import { createElement, useEffect, useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";

import { inputsOf } from "../dom.js";
import { loadRooms } from "../live/listing.js";
import { useFeed } from "../live/store.js";
import { typedIn, withTyped } from "./typed.js";

const PAUSE = 200; // ms without a key
/** @type {Record<string, number>} */
const DAYS = { after: 0, before: 1 }; // how many days after the one that was chosen the moment is

const BY_WORDS = ["from", "image", "file", "audio", "starred"]; // the inputs whose filters can be typed

const asked = () => new URLSearchParams(location.search);

/**
 * The first moment of a local day, `later` days on; empty for an invalid day.
 * @param {string} day @param {number} later
 */
function moment(day, later) {
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return "";
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

/** The local day that `moment` gave the moment for. @param {string} moment @param {number} later */
function day(moment, later) {
  const date = new Date(moment);
  date.setDate(date.getDate() - later);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000); // as if the zone were UTC
  return Number.isNaN(local.getTime()) ? "" : local.toISOString().slice(0, 10);
}

/** Copy the address's filters into the form. @param {HTMLFormElement} form */
function fill(form) {
  const query = asked();
  let words = query.get("q") ?? "";
  for (const name of BY_WORDS) if (query.get(name)) words = withTyped(words, name, query.get(name) ?? "");
  for (const input of inputsOf(form)) {
    const given = query.get(input.name) ?? "";
    if (!BY_WORDS.includes(input.name)) input.value = input.name in DAYS ? day(given, DAYS[input.name]) : given;
  }
  form.q.value = words;
  show(form);
}

/** Show the typed filters in the other inputs. @param {HTMLFormElement} form */
function show(form) {
  const typed = typedIn(form.q.value);
  for (const input of inputsOf(form).filter(({ name }) => BY_WORDS.includes(name))) {
    if (input.type === "checkbox") input.checked = input.name in typed;
    else input.value = typed[input.name] ?? "";
  }
}

/** The value of an input; empty if it has none. @param {HTMLInputElement} input */
function said({ name, type, value, checked }) {
  if (type === "checkbox") return checked ? "1" : "";
  return name in DAYS ? moment(value, DAYS[name]) : value.trim();
}

/** Show a changed filter in the field, or the field's filters in their inputs. @param {HTMLInputElement} input */
function agree(input) {
  const form = /** @type {HTMLFormElement} */ (input.form);
  if (BY_WORDS.includes(input.name)) form.q.value = withTyped(form.q.value, input.name, said(input));
  else if (input.name === "q") show(form);
}

/** Copy the form into the address: filters that can be typed are in its words. Returns the address's query. @param {HTMLFormElement} form */
function note(form) {
  const fields = inputsOf(form).filter(({ name }) => !BY_WORDS.includes(name));
  const query = new URLSearchParams(fields.map((input) => [input.name, said(input)]).filter(([name, value]) => name && value));
  history.replaceState(history.state, "", query.size ? `?${query}` : location.pathname);
  return query;
}

/** The form, which looks while one types. @param {{ onSearch: (query: object) => void, children?: ReactNode }} props */
export function SearchForm({ onSearch, children, ...rest }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const here = () => /** @type {HTMLFormElement} */ (form.current);
  const timer = useRef(0);
  const { key } = useLocation();
  const rooms = useFeed("rooms");
  const more = useFeed("moreRooms");
  useEffect(() => void loadRooms(), [more]); // one may look in any of them
  useLayoutEffect(() => fill(here()), [key]); // before anybody can type, which it would take back
  useLayoutEffect(() => {
    here().room.value = asked().get("room") ?? ""; // the page may have been there before the list of rooms
  }, [key, rooms]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onChange = (/** @type {{ target: HTMLInputElement }} */ { target }) => {
    agree(target);
    const query = note(here());
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(Object.fromEntries(query)), ["search", "text"].includes(target.type) ? PAUSE : 0);
  };
  const onSubmit = (/** @type {Event} */ event) => event.preventDefault();
  return createElement("form", { ...rest, ref: form, onChange, onSubmit }, children);
}
