// The search page: what is looked for, as its address says it too, and what was found.

import { useLayoutEffect, useSyncExternalStore } from "react";
import { useLocation } from "react-router";

import { request } from "./api.js";
import { fold } from "./folding.js";
import { modelLabel } from "./live/rows.js";
import { state as feed, subscribe as subscribeToFeed, tell, view } from "./live/store.js";

const PAUSE = 200; // ms without a key
const MOST = 5; // rooms, people
const BLANK = { q: "", room: "", from: "", after: "", before: "", image: false, starred: false };
const listeners = new Set();

let wanted = BLANK;
let found = { status: "idle", hits: [], rooms: [], people: [], next: "", more: false, error: "" };
let asked = 0; // only the newest question's answer counts
let timer = null;

function change(changes) {
  found = { ...found, ...changes };
  listeners.forEach((listener) => listener());
}

const isBlank = () => Object.values(wanted).every((value) => !value);

/** A local day's first moment; of the day after, for a last day. */
function moment(day, later) {
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return "";
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

function asQuery(cursor) {
  const { q, room, from, after, before, image, starred } = wanted;
  const fields = {
    q: q.trim(), room, from: from.trim(), after: after && moment(after, 0), before: before && moment(before, 1),
    has_image: image ? "true" : "", starred: starred ? "true" : "", cursor,
  };
  return new URLSearchParams(Object.entries(fields).filter(([, value]) => value));
}

async function search() {
  const mine = ++asked;
  if (isBlank()) return change({ status: "idle", hits: [], rooms: [], people: [], next: "" });
  change({ status: found.hits.length ? "ready" : "loading", rooms: rooms() });
  const [{ ok, status, data, error }, people] = await Promise.all([request("GET", `/search?${asQuery("")}`), searchPeople()]);
  if (mine !== asked) return;
  if (status === 401) tell("signedOut");
  else if (ok) change({ status: "ready", hits: data.hits.map(hit), people, next: data.next });
  else if (error.code === "search_unsearchable") change({ status: people.length || found.rooms.length ? "ready" : "unsearchable", hits: [], people, next: "" });
  else change({ status: "failed", error: error.code, hits: [], people: [], next: "" });
}

/** The page after those that are there. */
async function more() {
  if (found.more || !found.next) return;
  const mine = asked;
  change({ more: true });
  const { ok, data } = await request("GET", `/search?${asQuery(found.next)}`);
  if (mine !== asked) return change({ more: false });
  change({ more: false, ...(ok && { hits: [...found.hits, ...data.hits.map(hit)], next: data.next }) });
}

const words = () => wanted.q.trim();

/** Whether only words were given, which may be a room's or a person's name. */
const isPlain = () => words() && !wanted.room && !wanted.from && !wanted.image && !wanted.starred && !/\b(from|has|is):/.test(wanted.q);

function rooms() {
  const wanted = isPlain() && fold(words());
  return wanted ? view.rooms.filter((room) => fold(room.name).includes(wanted)).slice(0, MOST) : [];
}

async function searchPeople() {
  if (!isPlain()) return [];
  const { ok, data } = await request("GET", `/users/search?${new URLSearchParams({ q: words(), limit: MOST })}`);
  return ok ? data.users : [];
}

function hit({ room, room_name, message, excerpt }) {
  const { id, at, author, ai } = message;
  return {
    id, at, excerpt,
    room_name: view.rooms.find((each) => each.id === room)?.name ?? room_name,
    href: `/r/${room}?m=${id}`,
    ai: Boolean(ai),
    author: ai ? { id: "", name: modelLabel(feed, ai.model) || "AI", color: "slate", avatar: null } : author ?? { id: "", name: "", color: "slate", avatar: null },
  };
}

/** Look for something else, and have the address say it. */
function want(changes) {
  wanted = { ...wanted, ...changes };
  const address = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value).map(([name, value]) => [name, value === true ? "1" : value]));
  history.replaceState(history.state, "", address.size ? `?${address}` : location.pathname);
  clearTimeout(timer);
  timer = setTimeout(search, "q" in changes || "from" in changes ? PAUSE : 0);
  change({});
}

/** Look for what the address says. */
function open() {
  const given = new URLSearchParams(location.search);
  const read = (name) => (typeof BLANK[name] === "boolean" ? given.has(name) : given.get(name) ?? "");
  wanted = Object.fromEntries(Object.keys(BLANK).map((name) => [name, read(name)]));
  found = { ...found, hits: [] };
  search();
}

/** What stands on the page; it looks whenever one comes there. */
export function Searching({ children }) {
  const { key } = useLocation();
  useLayoutEffect(open, [key]); // before anybody can type, which `open` would take back
  return children;
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

subscribeToFeed(() => {
  if (!listeners.size || found.status === "idle") return;
  const now = rooms(); // the page may have been there before the list of rooms
  if (now.length !== found.rooms.length || now.some((room, i) => room !== found.rooms[i])) change({ rooms: now });
});

export function useSearch(slice) {
  const read = () => (slice in BLANK ? wanted : found)[slice];
  return useSyncExternalStore(subscribe, read, read);
}

const typed = (name) => ({ onChange: (event) => want({ [name]: event.target.value }) });
const toggled = (name) => ({ onChange: (event) => want({ [name]: event.target.checked }) });

export const inputs = {
  q: typed("q"), room: typed("room"), from: typed("from"), after: typed("after"), before: typed("before"),
  image: toggled("image"), starred: toggled("starred"),
};

export const actions = { more, retry: search, submit: (event) => event.preventDefault() };
