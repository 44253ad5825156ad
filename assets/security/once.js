// What the security page shows once: an authenticator's secret, recovery codes, a new token. It is kept here alone, until
// its dialog closes, so that it outlives a connection that is lost while somebody writes it down.
import { useSyncExternalStore } from "react";

import { on } from "../live/store.js";

const DIALOGS = "#two-factor, #new-codes, #new-token";
const listeners = new Set();
const nothing = { secret: "", qr: "", codes: "", token: "" };
let shown = nothing;

function show(changes) {
  shown = { ...nothing, ...changes };
  listeners.forEach((listener) => listener());
}

on("once", show);
if (typeof document !== "undefined") document.addEventListener("close", ({ target }) => target.matches(DIALOGS) && show(), true);

function subscribe(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) shown = nothing;
  };
}

export function useOnce(name) {
  const read = () => shown[name];
  return useSyncExternalStore(subscribe, read, read);
}
