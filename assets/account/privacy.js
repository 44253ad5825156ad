// Whom one has blocked, and the end of the account.
import { useSyncExternalStore } from "react";

import { last, request } from "$/public/api.js";
import { leave } from "$/public/account/session.js";
import { makeForm } from "$/public/forms.js";
import { complain } from "$/public/people/complain.js";

const listeners = new Set();
let state = { blocked: [] };

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

async function load() {
  const { ok, data } = await request("GET", "/blocks");
  if (ok) change({ blocked: data.items });
}

export async function unblock(username) {
  const answer = await request("DELETE", `/blocks/${username}`);
  if (!answer.ok) complain(answer);
  else change({ blocked: state.blocked.filter((person) => person.username !== username) });
}

/** Save all that the site has of the person as a file. */
export async function exportData() {
  const answer = await request("GET", "/me/export");
  if (!answer.ok) return complain(answer);
  const file = URL.createObjectURL(new Blob([JSON.stringify(answer.data, null, 2)], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: file, download: "parley-export.json" }).click();
  URL.revokeObjectURL(file);
}

makeForm("deleteAccount", {
  send: ({ password = "", code }) => last("DELETE", "/me", { password, code }),
  done: () => {
    leave("/sign-in");
    return true;
  },
});

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => listeners.delete(listener);
}

export const usePrivacy = () => useSyncExternalStore(subscribe, () => state, () => state);
