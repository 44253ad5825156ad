// Connecting an account elsewhere: the browser goes to the provider, bound to its return by a cookie.
import { useEffect } from "react";

import { request } from "../api.js";
import { toast, warn } from "../components/toasts.js";

/** @param {Record<string, string>} values */
export async function connectIdentity({ about, password = "", code }) {
  const { data, error } = await request("POST", `/me/identities/${about}`, { password, code });
  return error ?? location.assign(data.url);
}

/**
 * Shows once the result of going to a provider's page, which is in the address.
 * @param {{ identities: { id: string, name: string }[] }} props
 */
export function Outcome({ identities }) {
  useEffect(() => {
    const query = new URLSearchParams(location.search);
    const [error, linked] = [query.get("error"), identities.find(({ id }) => id === query.get("linked"))];
    if (error) warn(`errors.${error}`);
    if (linked) toast("identities.done", { name: linked.name });
    if (error || linked) history.replaceState(history.state, "", location.pathname);
  }, []);
  return null;
}
