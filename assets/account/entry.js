// The forms for signing in and for making an account.
import { locale } from "../i18n.js";
import { makeStore } from "../store.js";
import { enterBy, invitation } from "./session.js";

const asked = makeStore({ wanted: false }); // whether the account has turned out to ask for a code
export const useCode = asked.use;

/** @param {Record<string, string>} values */
export async function signIn({ login, password, code }) {
  const error = await enterBy("/auth/login", { login, password, code });
  if (error?.code === "code_required") asked.set({ wanted: true });
  if (error?.code === "sso_required") document.getElementById(`provider-${error.details?.provider}`)?.focus();
  return error;
}

/** @param {Record<string, string>} values */
export const signUp = ({ email, username, name, password }) => enterBy("/auth/register", { email, username, name, password, locale: locale(), invitation: invitation() });
