// The accounts elsewhere by which the signed-in person comes in: connected and disconnected on the settings page.
import { useSyncExternalStore } from "react";

import { request } from "$/public/api.js";
import { makeForm } from "$/public/forms.js";
import { toast } from "$/public/components/toasts.js";

const listeners = new Set();
let state = { identities: [] };
let wanted = {};

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

/** What the dialog is asked for: to connect or disconnect which account. */
function choose(action, id) {
  wanted = { action, id };
}

makeForm("proveIdentity", {
  send: ({ password = "", code }) =>
    request(wanted.action === "connect" ? "POST" : "DELETE", `/me/identities/${wanted.id}`, { password, code }),
  done: (departure) => {
    if (departure) {
      location.assign(departure.url);
      return true;
    }
    toast("identities.undone", { name: state.identities.find(({ id }) => id === wanted.id)?.name });
    document.getElementById("prove-identity")?.close();
    return load();
  },
});

/** What was typed goes with the dialog. */
function forget({ target }) {
  if (target.id === "prove-identity") target.querySelector("form")?.reset();
}

if (typeof document !== "undefined") document.addEventListener("close", forget, true);

export const actions = { choose };

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => listeners.delete(listener);
}

export const useIdentities = () => useSyncExternalStore(subscribe, () => state, () => state);
