// The queue of reports, what was dealt with, and the log, for the site's admins.
import { useSyncExternalStore } from "react";

import { request } from "../api.js";
import { leave } from "../account/session.js";
import { toast } from "../toasts.js";

const listeners = new Set();
let state = { status: "loading", tab: "open", reports: [], entries: [], busy: "" };
let asked = 0;
let chosen = null; // the report that the open dialog asks about

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

const PATHS = { open: "/moderation/reports", resolved: "/moderation/reports?resolved=true", log: "/moderation/audit" };
const nobody = { id: "", username: "", name: "", color: "slate", avatar: null };

async function load() {
  const mine = ++asked;
  const { ok, status, data } = await request("GET", PATHS[state.tab]);
  if (mine !== asked) return;
  if (status === 401) return leave(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  if (!ok) return change({ status: status === 404 ? "absent" : "failed" });
  change({ status: "ready", reports: (data.reports ?? []).map(report), entries: (data.entries ?? []).map(entry) });
}

const report = (each) => ({
  ...each,
  reporter: each.reporter ?? nobody,
  ai: each.is_message && !each.person,
  can_suspend: Boolean(each.person) && !each.suspended,
  person: each.person ?? nobody,
  resolution: each.resolution ?? "",
  resolved_by: each.resolved_by ?? nobody,
});

const entry = (each) => ({
  ...each,
  actor: each.actor ?? nobody,
  person: each.person ?? nobody,
  can_restore: each.suspended && each.action === "suspend_user",
});

async function act(path, id) {
  if (state.busy) return;
  change({ busy: id });
  const { ok, error } = await request("POST", path);
  change({ busy: "" });
  if (!ok) toast(`errors.${error.code}`, error.details, { error: true });
  await load();
}

export const dismiss = (id) => act(`/moderation/reports/${id}/dismiss`, id);
export const restore = (user, id) => act(`/moderation/users/${user}/restore`, id);
export const choose = (id) => {
  chosen = id;
};

export const actions = {
  retry: load,
  remove: () => act(`/moderation/reports/${chosen}/delete-message`, chosen),
  suspend: () => act(`/moderation/reports/${chosen}/suspend`, chosen),
};

export const inputs = {
  tab: {
    onChange: (event) => {
      change({ tab: event.target.value, status: "loading", reports: [], entries: [] });
      load();
    },
  },
};

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => listeners.delete(listener);
}

export function useModeration(slice) {
  const read = () => state[slice];
  return useSyncExternalStore(subscribe, read, read);
}
