// What is looked for stands in the page's address; the page's state finds it. Rooms are found here, where all of them are known.
import { createElement, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { useLocation } from "react-router";

import { fold } from "../folding.js";
import { useFeed } from "../live/store.js";
import { NONE, view } from "../live/store.js";

const PAUSE = 200; // ms without a key
const MOST = 5;
const DAYS = { after: 0, before: 1 }; // how many days after the one that was chosen the moment is
const listeners = new Set();
let wanted = ""; // by what rooms are found
let found = NONE;

const asked = () => new URLSearchParams(location.search);

/** A local day's first moment, `later` days on; empty for what is no day. */
function moment(day, later) {
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return "";
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

/** The local day that `moment` gave the moment for. */
function day(moment, later) {
  const date = new Date(moment);
  date.setDate(date.getDate() - later);
  const [year, ...rest] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return Number.isNaN(year) ? "" : [String(year).padStart(4, "0"), ...rest.map((part) => String(part).padStart(2, "0"))].join("-");
}

/** Have the form say what the address says. */
function fill(form) {
  const query = asked();
  for (const input of form.elements) {
    const given = query.get(input.name) ?? "";
    if (input.type === "checkbox") input.checked = Boolean(given);
    else input.value = input.name in DAYS ? day(given, DAYS[input.name]) : given;
  }
}

/** Have the address say what the form says; returns the address's query. */
function note(form) {
  const fields = [...form.elements].map(({ name, type, value, checked }) => [name, type === "checkbox" ? checked && "1" : name in DAYS ? moment(value, DAYS[name]) : value.trim()]);
  const query = new URLSearchParams(fields.filter(([name, value]) => name && value));
  history.replaceState(history.state, "", query.size ? `?${query}` : location.pathname);
  return query;
}

/** The form, which looks while one types. */
export function SearchForm({ onSearch, children, ...rest }) {
  const form = useRef(null);
  const timer = useRef(null);
  const { key } = useLocation();
  const rooms = useFeed("rooms");
  useLayoutEffect(() => fill(form.current), [key]); // before anybody can type, which it would take back
  useLayoutEffect(() => {
    form.current.elements.room.value = asked().get("room") ?? ""; // the page may have been there before the list of rooms
    findRooms();
  }, [key, rooms]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onChange = ({ target }) => {
    const query = note(form.current);
    findRooms();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(Object.fromEntries(query)), ["search", "text"].includes(target.type) ? PAUSE : 0);
  };
  return createElement("form", { ...rest, ref: form, onChange, onSubmit: (event) => event.preventDefault() }, children);
}

/** Only words that stand alone may be a room's name. */
function findRooms() {
  const { q = "", ...rest } = Object.fromEntries(asked());
  wanted = Object.keys(rest).length || /\b(from|has|is):/.test(q) ? "" : fold(q.trim());
  const rooms = wanted ? view.rooms.filter(({ name }) => fold(name).includes(wanted)).slice(0, MOST) : NONE;
  if (rooms.length === found.length && rooms.every((room, i) => room === found[i])) return;
  found = rooms;
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useRoomsFound = () => useSyncExternalStore(subscribe, () => found);

/** A room's name as it is now; a direct chat is called by the other one. */
export const RoomName = ({ room, name }) => useFeed("rooms").find(({ id }) => id === room)?.name ?? name;
