// Connecting an account elsewhere: the browser goes to the provider, bound to its return by a cookie.
import { useEffect } from "react";

import { request } from "../api.js";
import { makeForm } from "../components/forms.js";
import { toast } from "../components/toasts.js";

makeForm("connectIdentity", {
  send: ({ about, password = "", code }) => request("POST", `/me/identities/${about}`, { password, code }),
  done: ({ url }) => {
    location.assign(url);
    return true;
  },
});

/** Says once what came of going to a provider's page: it stands in the address. @param {{ identities: { id: string, name: string }[] }} props */
export function Outcome({ identities }) {
  useEffect(() => {
    const query = new URLSearchParams(location.search);
    const [error, linked] = [query.get("error"), identities.find(({ id }) => id === query.get("linked"))];
    if (error) toast(`errors.${error}`, {}, { error: true });
    if (linked) toast("identities.done", { name: linked.name });
    if (error || linked) history.replaceState(history.state, "", location.pathname);
  }, []);
  return null;
}
