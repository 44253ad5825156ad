// A new password by a link that is mailed: asking for it, and what it leads to. Its token stands behind the #.
import { request } from "../api.js";
import { makeForm } from "../components/forms.js";
import { makeStore } from "../store.js";

const mailed = makeStore({ status: "" }, () => () => change("")); // nothing once the page is left
export const useMailed = mailed.use;

/** @param {string} status */
function change(status) {
  mailed.set({ status });
}

const token = () => location.hash.slice(1);

makeForm("forgot", {
  send: ({ email }) => request("POST", "/auth/forgot-password", { email }),
  done: () => change("sent"),
});

makeForm("reset", {
  send: async ({ password }) => settle(await request("POST", "/auth/reset-password", { token: token(), password })),
  done: () => change("done"),
});

/** @param {Reply} answer */
function settle(answer) {
  if (answer.error?.code === "mail_link_invalid") change("invalid");
  return answer;
}
