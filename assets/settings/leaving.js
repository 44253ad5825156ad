// What ends the session: signing out, and deleting the account.
import { useSyncExternalStore } from "react";

import { last } from "../api.js";
import { leave, signOut } from "../account/session.js";
import { makeForm } from "../components/forms.js";
import { toast } from "../components/toasts.js";

const listeners = new Set();
let leaving = ""; // "here" or "everywhere", from the press until the page is left

function change(how) {
  leaving = how;
  listeners.forEach((listener) => listener());
}

export async function goOut(how) {
  if (leaving) return;
  change(how);
  if (await signOut(how === "everywhere")) return;
  change("");
  toast("errors.offline", {}, { error: true });
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
  return () => listeners.delete(listener);
}

export function useLeaving(how) {
  const read = () => leaving === how;
  return useSyncExternalStore(subscribe, read, read);
}
