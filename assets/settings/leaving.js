// End the session: sign out, or delete the account.
import { last } from "../api.js";
import { leave, signOut } from "../account/session.js";
import { warn } from "../components/toasts.js";
import { makeStore } from "../store.js";

const leaving = makeStore({ how: "" }); // "here" or "everywhere", from the press until the page is left

/** @param {string} how */
export async function goOut(how) {
  if (leaving.get().how) return;
  leaving.set({ how });
  if (await signOut(how === "everywhere")) return;
  leaving.set({ how: "" });
  warn("errors.offline");
}

/** @param {Record<string, string>} values */
export async function deleteAccount({ password = "", code = "" }) {
  const { error } = await last("DELETE", "/me", { password, code });
  return error ?? leave("/sign-in?deleted=1");
}

/** @param {string} how */
export const useLeaving = (how) => leaving.use("how") === how;
