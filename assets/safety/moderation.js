// The queue of reports, what was dealt with, who is suspended, and the log, for the site's admins. All come page by page.
import { useSyncExternalStore } from "react";

import { request } from "../api.js";
import { leave } from "../account/session.js";
import { toast } from "../components/toasts.js";

const listeners = new Set();
const EMPTY = { reports: [], entries: [], suspended: [], next: "" };
let state = { status: "loading", tab: "open", ...EMPTY, busy: "" }; // busy: what is being done something about; "more" for a page
let asked = 0;
let chosen = null; // the report that the open dialog asks about

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

const nobody = { id: "", username: "", name: "", color: "slate", avatar: null };

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
});

const kept = (each) => ({ ...each, actor: each.actor ?? nobody });

const TABS = {
  open: { path: "/moderation/reports", list: "reports", shape: report },
  resolved: { path: "/moderation/reports?resolved=true", list: "reports", shape: report },
  suspended: { path: "/moderation/suspended", list: "suspended", shape: kept },
  log: { path: "/moderation/audit", list: "entries", shape: entry },
};

/** Load the tab from its beginning, as much as is shown already. */
async function load() {
  const mine = ++asked;
  const { list } = TABS[state.tab];
  const wanted = state[list].length;
  let found = EMPTY;
  do {
    const answer = await page(found);
    if (mine !== asked) return;
    if (!answer.found) return fail(answer.status);
    ({ found } = answer);
  } while (found.next && found[list].length < wanted);
  change({ status: "ready", ...found });
}

async function more() {
  if (state.busy) return;
  const mine = ++asked;
  change({ busy: "more" });
  const { found, status, error } = await page(state);
  change({ busy: "" });
  if (mine !== asked) return;
  if (found) change(found);
  else if (status === 401) fail(status);
  else toast(`errors.${error.code}`, error.details, { error: true });
}

/** What is `shown`, and the page after it. */
async function page(shown) {
  const { path, list, shape } = TABS[state.tab];
  const address = new URL(path, location.origin);
  if (shown.next) address.searchParams.set("cursor", shown.next);
  const { ok, data, ...answer } = await request("GET", address.pathname + address.search);
  return ok ? { found: { ...EMPTY, [list]: [...shown[list], ...data[list].map(shape)], next: data.next } } : answer;
}

function fail(status) {
  if (status === 401) leave(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  else change({ status: status === 404 ? "absent" : "failed" });
}

async function act(path, id) {
  if (state.busy) return;
  change({ busy: id });
  const { ok, error } = await request("POST", path);
  change({ busy: "" });
  if (!ok) toast(`errors.${error.code}`, error.details, { error: true });
  await load();
  requestAnimationFrame(focusNext);
}

/** The pressed button is gone with what it was about: on to what comes next. */
function focusNext() {
  if (document.activeElement !== document.body) return;
  const next = document.querySelector(".report-list button") ?? document.querySelector(".moderation [type=radio]:checked");
  next?.focus();
}

export const dismiss = (id) => act(`/moderation/reports/${id}/dismiss`, id);
export const restore = (user) => act(`/moderation/users/${user}/restore`, user);
export const choose = (id) => {
  chosen = id;
};

export const actions = {
  more,
  retry: load,
  remove: () => act(`/moderation/reports/${chosen}/delete-message`, chosen),
  suspend: () => act(`/moderation/reports/${chosen}/suspend`, chosen),
};

export const inputs = {
  tab: {
    onChange: (event) => {
      change({ tab: event.target.value, status: "loading", busy: "", ...EMPTY });
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
