// Signing out at an application's request, once its person has said so on this page.
import { last } from "../api.js";
import { leave, signOut } from "../account/session.js";
import { warn } from "../components/toasts.js";

/** Sign out here, and at the server whose request is in the address. */
export async function leaveAll() {
  const challenge = new URLSearchParams(location.search).get("logout") ?? "";
  if (challenge === "here") {
    if (!(await signOut())) warn("errors.offline");
    return;
  }
  const { data, error } = await last("POST", "/oauth2/logout", { challenge });
  if (!error) await leave(data.url);
  else if (error.code === "offline") warn("errors.offline");
  else location.assign(`/consent?error=${error.code}`);
}
