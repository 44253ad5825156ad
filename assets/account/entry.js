// The forms for signing in and for making an account.
import { request } from "../api.js";
import { locale } from "../i18n.js";
import { makeStore } from "../store.js";
import { enter, enterBy, invitation } from "./session.js";

/** What a new account `waits` for, before it can be used; and whether the account has turned out to ask for a code. */
const entry = makeStore({ waits: "", isCodeWanted: false });
export const useEntry = entry.use;

/** @param {Record<string, string>} values */
export async function signIn({ login, password, code }) {
  const error = await enterBy("/auth/login", { login, password, code });
  if (error?.code === "code_required") entry.update({ isCodeWanted: true });
  if (error?.code === "sso_required") document.getElementById(`provider-${error.details?.provider}`)?.focus();
  return error;
}

/** @param {Record<string, string>} values */
export async function signUp({ email, username, name, password }) {
  const { data, error } = await request("POST", "/auth/register", { email, username, name, password, locale: locale(), invitation: invitation() });
  return error ?? admit(data);
}

/** Enter with a new account, or show what the account waits for. @param {{ me: any, waits_for?: string }} made */
export function admit({ me, waits_for }) {
  if (!waits_for) return enter(me);
  entry.update({ waits: waits_for });
}
