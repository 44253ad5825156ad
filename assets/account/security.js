// How the signed-in person signs in, as the security page shows and changes it.
import { useSyncExternalStore } from "react";

import { request } from "$/public/api.js";
import { copyAndSay } from "$/public/components/copy.js";
import { makeForm } from "$/public/forms.js";
import { toast } from "$/public/components/toasts.js";
import { leave } from "$/public/account/session.js";

const listeners = new Set();
const nothing = {
  status: "loading",
  email: "",
  verified: false,
  hasPassword: true,
  accountPage: "", // where passwords are kept, if not here
  twoFactor: false,
  codesLeft: 0,
  sessions: [],
  tokens: [],
  secret: "", // of the authenticator that is being set up
  qr: "",
  codes: "", // for recovery, and a new token: shown once
  token: "",
};
let state = nothing;

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

const READS = ["/me", "/me/two-factor", "/me/sessions", "/me/api-tokens"];

async function refresh() {
  const answers = await Promise.all(READS.map((path) => request("GET", path)));
  if (answers.some(({ status }) => status === 401)) toSignIn();
  else if (!answers.every(({ ok }) => ok)) change({ status: state.status === "ready" ? "ready" : "failed" });
  else change({ status: "ready", ...shown(answers.map(({ data }) => data)) });
}

const shown = ([me, factor, { sessions }, { tokens }]) => ({
  email: me.email,
  verified: me.email_verified,
  hasPassword: me.has_password,
  accountPage: me.account_page,
  twoFactor: factor.on,
  codesLeft: factor.recovery_codes,
  sessions,
  tokens,
});

export function retry() {
  change({ status: "loading" });
  refresh();
}

const toSignIn = () => leave(`/sign-in?next=${encodeURIComponent(location.pathname)}`);

/** Do it, say how it went, and look anew. */
async function act(method, path, said, body) {
  const { ok, status, error } = await request(method, path, body);
  if (status === 401) return toSignIn();
  if (ok) toast(said);
  else toast(`errors.${error.code}`, error.details, { error: true });
  return refresh();
}

export const endSession = (id) => act("DELETE", `/me/sessions/${id}`, "security.sessionEnded");
export const revokeToken = (id) => act("DELETE", `/me/api-tokens/${id}`, "security.tokenRevoked");
export const verifyAgain = () => act("POST", "/me/email/verification", "security.verifySent");
export const mailPassword = () =>
  act("POST", "/auth/forgot-password", "security.setPasswordSent", { email: state.email });

export const copy = (text) => copyAndSay(text);

/** Close the dialog, and leave nothing that was typed in it. */
function close(id) {
  const dialog = document.getElementById(id);
  dialog?.querySelectorAll("form").forEach((form) => form.reset());
  dialog?.close();
}

function finish(id, said) {
  close(id);
  if (said) toast(said);
  refresh();
}

const proof = ({ password = "", code = "" }) => ({ password, code });

makeForm("changeEmail", {
  send: ({ email, ...rest }) => request("POST", "/me/email", { email, ...proof(rest) }),
  done: () => finish("change-email", "security.changeEmailSent"),
});

makeForm("changePassword", {
  send: ({ new_password, ...rest }) => request("POST", "/me/password", { new_password, ...proof(rest) }),
  done: () => finish("change-password", "security.passwordChanged"),
});

makeForm("beginTwoFactor", {
  send: (values) => request("POST", "/me/two-factor", proof(values)),
  done: ({ secret, qr }) => change({ secret, qr }),
});

makeForm("confirmTwoFactor", {
  send: ({ code }) => request("POST", "/me/two-factor/confirm", { code }),
  done: showCodes,
});

makeForm("endTwoFactor", {
  send: (values) => request("POST", "/me/two-factor/disable", proof(values)),
  done: () => finish("end-two-factor"),
});

makeForm("newCodes", {
  send: (values) => request("POST", "/me/two-factor/recovery-codes", proof(values)),
  done: showCodes,
});

function showCodes({ recovery_codes }) {
  change({ codes: recovery_codes.join("\n"), secret: "", qr: "" });
  refresh();
}

makeForm("newToken", {
  send: ({ name, days, ...rest }, element) => {
    const scopes = new FormData(element).getAll("scopes");
    const number = days === "" ? null : Number(days);
    return request("POST", "/me/api-tokens", { name, scopes, days: number, ...proof(rest) });
  },
  done: ({ token }) => {
    change({ token });
    refresh();
  },
});

/** What is shown once goes with its dialog. */
function forget({ target }) {
  if (!target.matches?.("#two-factor, #new-codes, #new-token")) return;
  change({ codes: "", token: "", secret: "", qr: "" });
  close(target.id);
}

if (typeof document !== "undefined") document.addEventListener("close", forget, true);

function subscribe(listener) {
  if (listeners.size === 0) retry();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) state = nothing;
  };
}

export const useSecurity = (name) => useSyncExternalStore(subscribe, () => state[name], () => state[name]);

export { useForm } from "$/public/forms.js";
