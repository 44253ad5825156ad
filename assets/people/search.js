// The people page: finding people, contacts, and choosing several for a group chat.
import { useSyncExternalStore } from "react";

import { request } from "$/public/api.js";
import { complain } from "$/public/people/complain.js";
import { tell } from "$/public/feed/store.js";

const PAUSE = 200; // ms without a further letter
const listeners = new Set();
const blank = { status: "loading", query: "", people: [], contacts: [], found: null, chosen: [], name: "", busy: false };
let state = blank;
let timer = null;

function change(changes) {
  state = { ...state, ...changes };
  const isChosen = new Set(state.chosen.map((person) => person.id));
  state.searching = state.found !== null;
  state.people = (state.found ?? state.contacts).map((person) => ({ ...person, chosen: isChosen.has(person.id) }));
  listeners.forEach((listener) => listener());
}

async function load() {
  change({ status: "loading" });
  const answer = await request("GET", "/users/me/contacts");
  if (answer.status === 401) complain(answer);
  else change(answer.ok ? { status: "ready", contacts: answer.data.users } : { status: "failed" });
}

async function find(query) {
  if (!query.trim()) return change({ found: null });
  const answer = await request("GET", `/users/search?limit=20&q=${encodeURIComponent(query)}`);
  if (state.query !== query) return;
  if (answer.ok) change({ found: answer.data.users });
  else complain(answer);
}

async function start(body) {
  if (state.busy) return;
  change({ busy: true });
  const answer = await request("POST", "/conversations", body);
  change({ busy: false });
  if (answer.ok) tell("navigate", `/r/${answer.data.id}`);
  else complain(answer);
}

export const message = (username) => start({ type: "dm", username });

export const startGroup = () => start({ type: "group", usernames: state.chosen.map((person) => person.username), name: state.name });

export function toggle(id) {
  const others = state.chosen.filter((person) => person.id !== id);
  const person = state.people.find((each) => each.id === id);
  change({ chosen: others.length < state.chosen.length ? others : [...state.chosen, person] });
}

export const retry = load;

export const searchProps = {
  onChange: (event) => {
    const query = event.target.value;
    change({ query });
    clearTimeout(timer);
    timer = setTimeout(() => find(query), query.trim() ? PAUSE : 0);
  },
};

export const nameProps = { onChange: (event) => change({ name: event.target.value }) };

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) state = blank; // not at the first one: a letter may have been typed before it
  };
}

export const usePeople = () => useSyncExternalStore(subscribe, () => state, () => state);
