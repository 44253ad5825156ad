// The forms for signing in and for making an account.
import { request } from "$/public/api.js";
import { makeForm } from "$/public/forms.js";
import { locale } from "$/public/i18n.js";
import { enter, nextPath } from "$/public/account/session.js";

makeForm("signIn", {
  send: ({ login, password }) => request("POST", "/auth/login", { login, password }),
  done: ({ me }) => enter(me),
});

makeForm("signUp", {
  send: ({ email, username, name, password }) =>
    request("POST", "/auth/register", { email, username, name, password, locale: locale(), ...invitation() }),
  done: async ({ me }) => enter(me, invitation().invitation ? await firstRoom() : undefined),
});

/** The invitation that the person has come with, if it is to one that they return. */
function invitation() {
  const token = nextPath().match(/^\/join\/([\w-]+)$/)?.[1];
  return token ? { invitation: token } : {};
}

/** The room that the invitation led to: the only one that a new person is in. */
async function firstRoom() {
  const { data } = await request("GET", "/rooms");
  const room = data?.rooms?.[0];
  return room ? `/r/${room.id}` : "/";
}

/** The query string that takes `next` along from one form to the other. */
export const alongQuery = () => (typeof location === "undefined" ? "" : location.search);

/** Whether the account will be the site's first; the server sees to it that the address tells the truth. */
export const isFirst = () => typeof location !== "undefined" && new URLSearchParams(location.search).has("first");

export { useForm } from "$/public/forms.js";
