// A new password by a link that is mailed: asking for it, and what it leads to. Its token stands behind the #.
import { useSyncExternalStore } from "react";

import { request } from "../api.js";
import { makeForm } from "../components/forms.js";

const listeners = new Set();
let status = "";

function change(now) {
  status = now;
  listeners.forEach((listener) => listener());
}

const token = () => location.hash.slice(1);

makeForm("forgot", {
  send: ({ email }) => request("POST", "/auth/forgot-password", { email }),
  done: () => change("sent"),
});

makeForm("reset", {
  send: async ({ password }) => settle(await request("POST", "/auth/reset-password", { token: token(), password })),
  done: () => change("done"),
});

function settle(answer) {
  if (answer.error?.code === "mail_link_invalid") change("invalid");
  return answer;
}

function subscribe(listener) {
  if (listeners.size === 0) status = "";
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useMailed = () => useSyncExternalStore(subscribe, () => status, () => status);
