// Reporting a message or a person to the site's admins.
import { request } from "../api.js";
import { makeForm } from "../forms.js";
import { toast } from "../components/toasts.js";

const DIALOG = "report";
let path = "";

/** Remember what the open dialog is about: `messages` or `users`, and its id. */
export const about = (kind, id) => {
  path = `/${kind}/${id}/report`;
};

makeForm(DIALOG, {
  send: ({ reason, note }, element) => request("POST", path, { reason, note }).then((answer) => (answer.ok && element.reset(), answer)),
  done: () => {
    document.getElementById(DIALOG)?.close();
    toast("safety.reported");
  },
});

export { useForm } from "../forms.js";
