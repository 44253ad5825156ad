// Links that are mailed: asking for one, and what they lead to. Their token stands behind the #, which no server is told.
import { useSyncExternalStore } from "react";

import { request } from "$/public/api.js";
import { makeForm } from "$/public/forms.js";
import { current as translate } from "$/public/i18n.js";
import { hint } from "$/public/account/session.js";

const listeners = new Set();
let state = { status: "", busy: false, error: "" };

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

const token = () => location.hash.slice(1);

makeForm("forgot", {
  send: ({ email }) => request("POST", "/auth/forgot-password", { email }),
  done: () => change({ status: "sent" }),
});

makeForm("reset", {
  send: async ({ password }) => settle(await request("POST", "/auth/reset-password", { token: token(), password })),
  done: () => {
    hint(false); // every session has ended, one of this browser too
    change({ status: "done" });
  },
});

function settle(answer) {
  if (answer.error?.code === "mail_link_invalid") change({ status: "invalid" });
  return answer;
}

export async function verify() {
  if (state.busy) return;
  change({ busy: true, error: "" });
  const { ok, error } = settle(await request("POST", "/auth/verify-email", { token: token() }));
  if (ok) change({ status: "done", busy: false });
  else change({ busy: false, error: translate()([`errors.${error.code}`, "errors.unknown"], error.details) });
}

function subscribe(listener) {
  if (listeners.size === 0) state = { status: "", busy: false, error: "" };
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useMailed = (name) => useSyncExternalStore(subscribe, () => state[name], () => state[name]);
