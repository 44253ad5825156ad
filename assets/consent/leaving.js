// Signing out at an application's request, once its person has said so on this page.
import { last } from "../api.js";
import { leave, signOut } from "../account/session.js";
import { toast } from "../components/toasts.js";

/** Sign out here, and at the server whose request is in the address. */
export async function leaveAll() {
  const challenge = new URLSearchParams(location.search).get("logout") ?? "";
  if (challenge === "here") {
    if (!(await signOut())) toast("errors.offline", {}, { error: true });
    return;
  }
  const { data, error } = await last("POST", "/oauth2/logout", { challenge });
  if (!error) await leave(data.url);
  else if (error.code === "offline") toast("errors.offline", {}, { error: true });
  else location.assign(`/consent?error=${error.code}`);
}
