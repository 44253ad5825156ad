// What the site has mailed, as its admin sees it.
import { useSyncExternalStore } from "react";

import { request } from "../api.js";

const listeners = new Set();
let state = { status: "loading", delivers: false, mails: [] };

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

export async function load() {
  const { ok, status, data } = await request("GET", "/outbox");
  if (ok) change({ status: "ready", delivers: data.delivers, mails: data.items });
  else change({ status: status === 404 ? "absent" : "failed" });
}

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => listeners.delete(listener);
}

export function useOutbox(slice) {
  const read = () => state[slice];
  return useSyncExternalStore(subscribe, read, read);
}
