// The profile page: a person, what is between them and the reader, and what one can do about it.
import { useEffect, useSyncExternalStore } from "react";
import { useLocation } from "react-router";

import { request } from "$/public/api.js";
import { complain } from "$/public/people/complain.js";
import { tell } from "$/public/live/store.js";

const nobody = { id: "", username: "", name: "", color: "slate", avatar: null, since: "", contact: false, blocked: false, rooms: [], presence: null };
const listeners = new Set();
let state = { status: "loading", person: nobody, busy: "" };
let shown = null; // username of the person who is shown

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

const usernameIn = (path) => decodeURIComponent(path.split("/")[2] ?? "");

async function load(username) {
  shown = username;
  change({ status: "loading", person: nobody, busy: "" });
  const answer = await request("GET", `/users/${encodeURIComponent(username)}`);
  if (shown !== username) return;
  if (answer.status === 401) complain(answer);
  else change(answer.ok ? { status: "ready", person: answer.data } : { status: answer.status === 404 ? "absent" : "failed" });
}

/** Do one thing at a time; `then` changes the person who is shown, or goes elsewhere. */
async function act(name, method, path, body, then) {
  if (state.busy) return;
  const { username } = state.person;
  change({ busy: name });
  const answer = await request(method, path, body);
  if (shown !== username) return;
  change({ busy: "" });
  if (!answer.ok) complain(answer);
  else then(answer.data);
}

const set = (changes) => () => change({ person: { ...state.person, ...changes } });

const keep = () => act("contact", "POST", "/users/me/contacts", { username: state.person.username }, set({ contact: true }));
const letGo = () => act("contact", "DELETE", `/users/me/contacts/${state.person.id}`, undefined, set({ contact: false }));

export const actions = {
  retry: () => load(shown),
  message: () =>
    act("message", "POST", "/conversations", { type: "dm", username: state.person.username }, ({ id }) => tell("navigate", `/r/${id}`)),
  contact: () => (state.person.contact ? letGo() : keep()),
  block: () => act("block", "POST", `/blocks/${state.person.username}`, undefined, set({ blocked: true, contact: false, presence: null })),
  unblock: () => act("block", "DELETE", `/blocks/${state.person.username}`, undefined, () => load(shown)),
};

function subscribe(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) shown = null;
  };
}

export function useProfile() {
  const username = usernameIn(useLocation().pathname);
  useEffect(() => {
    if (username && shown !== username) load(username);
  }, [username]);
  return useSyncExternalStore(subscribe, () => state, () => state);
}
