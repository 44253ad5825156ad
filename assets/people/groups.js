// A person's groups, as their page shows and changes them.
import { useSyncExternalStore } from "react";

import { request } from "../api.js";
import { makeForm } from "../forms.js";
import { toast } from "../components/toasts.js";
import { leave } from "../account/session.js";

const listeners = new Set();
let state = { status: "loading", groups: [], chosen: null };

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

async function load() {
  change({ status: "loading" });
  const { ok, status, data } = await request("GET", "/groups");
  if (status === 401) toSignIn();
  else if (!ok) change({ status: "failed" });
  else change({ status: "ready", groups: data.groups, chosen: data.groups.find(isChosen) ?? data.groups[0] ?? null });
}

const toSignIn = () => leave(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
const isChosen = ({ id }) => id === state.chosen?.id;
const byName = (a, b) => a.name.localeCompare(b.name);

/** Show a group as the server has it now. */
function put(group) {
  const groups = [...state.groups.filter(({ id }) => id !== group.id), group].sort(byName);
  change({ groups, chosen: group });
}

function settle({ ok, status, error }, done) {
  if (status === 401) toSignIn();
  else if (status === 404 && error.code === "group_not_found") load(); // another tab has ended it
  else if (!ok) toast(`errors.${error.code}`, error.details, { error: true });
  else done();
}

const path = (rest = "") => `/groups/${state.chosen?.id}${rest}`;
const emptied = (name) => document.querySelector(`#${name}`)?.closest("form")?.reset();

makeForm("newGroup", {
  send: ({ name }) => request("POST", "/groups", { name }),
  done: (group) => {
    put(group);
    emptied("group-name");
    document.getElementById("person-who")?.focus();
  },
});

makeForm("renameGroup", {
  send: ({ name }) => request("PATCH", path(), { name }),
  done: (group) => {
    put(group);
    toast("common.saved");
  },
});

makeForm("addPerson", {
  send: ({ who }) => request("POST", path("/members"), { who }),
  done: (group) => {
    put(group);
    emptied("person-who");
  },
});

export async function removePerson(id) {
  const answer = await request("DELETE", path(`/members/${id}`));
  settle(answer, () => put(answer.data));
}

export async function endGroup() {
  const { id } = state.chosen;
  const answer = await request("DELETE", path());
  settle(answer, () => {
    const groups = state.groups.filter((group) => group.id !== id);
    change({ groups, chosen: groups[0] ?? null });
  });
}

export const choose = (id) => change({ chosen: state.groups.find((group) => group.id === id) ?? state.chosen });

export const retry = load;

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => listeners.delete(listener);
}

export function useGroups(slice) {
  const read = () => state[slice];
  return useSyncExternalStore(subscribe, read, read);
}

export { useForm } from "../forms.js";
