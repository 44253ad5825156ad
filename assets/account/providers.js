// The ways in through accounts elsewhere, for the pages of those who are not in yet.
import { useSyncExternalStore } from "react";

import { request } from "$/public/api.js";
import { nextPath } from "$/public/account/session.js";

const listeners = new Set();
let ways = { error: "", providers: [] };
let loaded = null;

/** What a provider's page sent the person back with stands in the address; each button takes `next` along. */
async function load() {
  const query = new URLSearchParams(location.search);
  loaded = location.search;
  change({ error: query.get("error") ?? "", providers: ways.providers });
  const { data } = await request("GET", "/auth/providers");
  const next = encodeURIComponent(nextPath());
  const offered = data?.items ?? [];
  change({ ...ways, providers: offered.map((each) => ({ ...each, href: `/api/v1/auth/${each.id}/start?next=${next}` })) });
}

function change(changed) {
  ways = changed;
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  if (loaded !== location.search) load();
  return () => listeners.delete(listener);
}

export const useProviders = () => useSyncExternalStore(subscribe, () => ways, () => ways);
