// What is said when a request about people was refused.
import { leave } from "$/public/account/session.js";
import { toast } from "$/public/components/toasts.js";

export function complain({ status, error }) {
  if (status === 401) leave(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  else toast(`errors.${error.code}`, error.details, { error: true });
}
