// Coming in and going out. Both load the page anew, so that the live connection shakes hands with the right cookie.
import { last } from "../api.js";
import { keep } from "../device.js";
import { forgetFiles } from "../files/kept.js";
import { setLocale } from "../i18n.js";
import { JOIN_PATH } from "../rules.js";
import { ownPath } from "./own_path.js";

const SITE_INVITATION = "site-"; // the beginning of tokens of invitations to the site

/** Where to go after signing in: a path on this site, whatever the address asks for. */
const nextPath = () => ownPath(new URLSearchParams(location.search).get("next") ?? "/");

/** The token of the invite link by which the person has come; empty when by none. */
export const invitation = () => nextPath().match(`^${JOIN_PATH}$`)?.[1] ?? "";

/** Keep the person's language and theme on this device, where the next page looks before its first paint, and load what they came for. @param {Choices} me */
export function enter({ locale, theme }) {
  if (locale) setLocale(locale);
  if (theme) keep("theme", theme);
  location.replace(invitation().startsWith(SITE_INVITATION) ? "/" : nextPath()); // which is used up, and leads into no room
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
