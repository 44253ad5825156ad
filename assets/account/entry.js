// The forms for signing in and for making an account.
import { request } from "../api.js";
import { makeForm } from "../components/forms.js";
import { locale } from "../i18n.js";
import { makeStore } from "../store.js";
import { arrivalPath, enter, invitation } from "./session.js";

const asked = makeStore({ wanted: false }); // whether the account has turned out to ask for a code
export const useCode = asked.use;

makeForm("signIn", {
  send: async ({ login, password, code }) => {
    const answer = await request("POST", "/auth/login", { login, password, code });
    if (answer.error?.code === "code_required") asked.set({ wanted: true });
    return answer;
  },
  done: ({ me }) => enter(me),
});

makeForm("signUp", {
  send: ({ email, username, name, password }) =>
    request("POST", "/auth/register", { email, username, name, password, locale: locale(), invitation: invitation() }),
  done: async ({ me }) => enter(me, await arrivalPath()),
});

/** The query string that takes `next` along from one form to the other. */
export const alongQuery = () => (typeof location === "undefined" ? "" : location.search);

/** Whether the account will be the site's first; the server sees to it that the address tells the truth. */
export const isFirst = () => typeof location !== "undefined" && new URLSearchParams(location.search).has("first");
