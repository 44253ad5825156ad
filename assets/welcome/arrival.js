// After signing in at a provider: known people continue to their page, and others choose a username first.
import { request } from "../api.js";
import { locale } from "../i18n.js";
import { makeStore } from "../store.js";
import { admit } from "../account/entry.js";
import { enter, enterBy, invitation, leave } from "../account/session.js";

const nothing = { provider: { id: "", name: "" }, username: "", name: "", email: "", email_verified: false, code_wanted: false };
const arrival = makeStore({ status: "loading", error: "", claim: nothing }, () => void load());
export const useArrival = arrival.use;

/** @returns {Promise<unknown>} */
async function load() {
  const failed = new URLSearchParams(location.search).get("error"); // the server could not even ask who it is
  if (failed) return arrival.update({ status: "failed", error: failed });
  arrival.update({ status: "loading", error: "" });
  const me = await request("GET", "/me");
  if (me.ok) return enter(me.data);
  const { ok, data, error } = me.status === 401 ? await request("GET", `/auth/claim${asked()}`) : me;
  return arrival.update(ok ? { status: "ready", claim: data } : { status: "failed", error: error.code });
}

/** @param {Record<string, string>} values */
export async function claim({ username, name, email = "" }) {
  const { data, error } = await request("POST", "/auth/claim", { username, name, email, locale: locale(), invitation: invitation() });
  return error ?? admit(data);
}

/** @param {Record<string, string>} values */
export const claimCode = ({ code }) => enterBy("/auth/claim/code", { code });

const asked = () => (invitation() ? `?invitation=${invitation()}` : "");

/** Begin anew, perhaps as somebody else. */
export async function startOver() {
  await request("DELETE", "/auth/claim");
  leave("/sign-in");
}
