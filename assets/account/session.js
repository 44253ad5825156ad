// Coming in and going out. Both load the page anew, so that the live connection shakes hands with the right cookie.
import { last, request } from "../api.js";
import { keep } from "../device.js";
import { forgetFiles } from "../files/chosen.js";
import { setLocale } from "../i18n.js";
import { JOIN_PATH } from "../rules.js";
import { ownPath } from "./own_path.js";

/** Where to go after signing in: a path on this site, whatever the address asks for. */
const nextPath = () => ownPath(new URLSearchParams(location.search).get("next") ?? "/");

/** The token of the invite link by which the person has come; empty when by none. */
export const invitation = () => nextPath().match(`^${JOIN_PATH}$`)?.[1] ?? "";

/** Where a new account goes: by an invitation into its room, or back to its page, where one waits to be let in. */
export async function arrivalPath() {
  if (!invitation()) return nextPath();
  const { data } = await request("GET", "/rooms");
  const room = data?.items[0]; // the only one that a new person is in
  return room ? `/r/${room.id}` : nextPath();
}

/** Take over the person's language and theme, and load the page that they came for. @param {Choices} user @param {string} [path] */
export function enter(user, path = nextPath()) {
  remember(user);
  location.replace(path);
  return true;
}

/** Keep the person's choices on this device, where the next page looks before its first paint. @param {Choices} user */
function remember(user) {
  if (user?.locale) setLocale(user.locale);
  if (user?.theme) keep("theme", user.theme);
}

/**
 * Go to `path`, the session being over, and leave nothing of the person here, such as drafts and files; the language stays.
 * @param {string} path
 */
export async function leave(path) {
  try {
    const own = Object.keys(localStorage).filter((key) => key.startsWith("parley.") && key !== "parley.locale");
    own.forEach((key) => localStorage.removeItem(key));
  } catch {
    // storage may be forbidden
  }
  await forgetFiles();
  location.assign(path);
}

export async function signOut(everywhere = false) {
  const { ok, status } = await last("POST", everywhere ? "/auth/logout-all" : "/auth/logout");
  if (!ok && status !== 401) return false;
  await leave("/sign-in");
  return true;
}
