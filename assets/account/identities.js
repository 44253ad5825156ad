// The accounts elsewhere by which the signed-in person comes in: connected and disconnected on the settings page.
import { useSyncExternalStore } from "react";

import { request } from "$/public/api.js";
import { toast } from "$/public/toasts.js";

const listeners = new Set();
let state = { identities: [], busy: "" };

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

async function load() {
  const { data } = await request("GET", "/me/identities");
  const identities = (data?.identities ?? []).map(({ id, name, linked, label }) => ({ id, name, linked, label }));
  change({ identities });
  tellOutcome(identities);
}

/** Say once what came of going to a provider's page: it stands in the address. */
function tellOutcome(identities) {
  const query = new URLSearchParams(location.search);
  const [error, linked] = [query.get("error"), identities.find(({ id }) => id === query.get("linked"))];
  if (error) toast(`errors.${error}`, {}, { error: true });
  if (linked) toast("identities.done", { name: linked.name });
  if (error || linked) history.replaceState(history.state, "", location.pathname);
}

async function connect(id) {
  if (state.busy) return;
  change({ busy: id });
  const { ok, data, error } = await request("POST", `/me/identities/${id}`);
  if (ok) location.assign(data.url);
  else change({ busy: "" });
  if (!ok) toast(`errors.${error.code}`, error.details, { error: true });
}

async function disconnect(id) {
  if (state.busy) return;
  change({ busy: id });
  const { ok, error } = await request("DELETE", `/me/identities/${id}`);
  if (ok) toast("identities.undone", { name: state.identities.find((each) => each.id === id)?.name });
  else toast(`errors.${error.code}`, error.details, { error: true });
  change({ busy: "" });
  load();
}

export const actions = { connect, disconnect };

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => listeners.delete(listener);
}

export const useIdentities = () => useSyncExternalStore(subscribe, () => state, () => state);
