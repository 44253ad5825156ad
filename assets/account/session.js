// Sign in and out. Both reload the page, so that the live connection's handshake has the right cookie.
import { last, request } from "../api.js";
import { keep, recallEnds } from "../device.js";
import { forgetFiles } from "../files/kept.js";
import { setLocale } from "../i18n.js";
import { JOIN_PATH } from "../rules.js";
import { ownPath } from "./own_path.js";

const SITE_INVITATION = "site-"; // the beginning of tokens of invitations to the site

/** Where to go after signing in: a path on this site, whatever the address asks for. */
const nextPath = () => ownPath(new URLSearchParams(location.search).get("next") ?? "/");

/** The token of the invite link by which the person has come; empty when by none. */
export const invitation = () => nextPath().match(`^${JOIN_PATH}$`)?.[1] ?? "";

/**
 * Store the person's language and theme on this device, where the next page reads them before its first paint, and
 * load the page that they wanted.
 * @param {Choices} me
 */
export function enter({ locale, theme }) {
  if (locale) setLocale(locale);
  if (theme) keep("theme", theme);
  location.replace(invitation().startsWith(SITE_INVITATION) ? "/" : nextPath()); // which is used up, and leads into no room
}

/** Ask for a session, and come in; resolves to the error, if there is one. @param {string} path @param {object} body */
export async function enterBy(path, body) {
  const { data, error } = await request("POST", path, body);
  return error ?? enter(data.me);
}

/**
 * Go to `path`, the session being over, and leave nothing of the person here, such as drafts and files; the language stays.
 * @param {string} path
 */
export async function leave(path) {
  for (const end of recallEnds("parley.")) if (end !== "locale") keep(`parley.${end}`, "");
  await forgetFiles();
  location.assign(path);
}

export async function signOut(everywhere = false) {
  const { ok, status, data } = await last("POST", everywhere ? "/auth/logout-all" : "/auth/logout");
  if (!ok && status !== 401) return false;
  await leave(data?.url ?? "/sign-in"); // at the organisation that let them in, the session ends too
  return true;
}
