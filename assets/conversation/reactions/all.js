// All emoji: group by group, or those that fit what one types.
import { useSyncExternalStore } from "react";

import { locale } from "../../i18n.js";
import { toast } from "../../components/toasts.js";
import { recent } from "./recent.js";

const listeners = new Set();
const nothing = [];
let view = { query: "", sections: nothing, nothing: false };
let emoji = null; // what is loaded: the groups, and the names in a language
let names = null;

function show(query = view.query) {
  const sections = query.trim() ? found(query) : groups();
  view = { query, sections, nothing: Boolean(names && query.trim()) && !sections.length };
  listeners.forEach((listener) => listener());
}

function groups() {
  if (!emoji) return nothing;
  const called = new Map(names?.named.map((each) => [each.emoji, each.name]));
  const section = ({ name, emoji }) => ({ name, emoji: emoji.map((each) => ({ emoji: each, name: called.get(each) ?? "" })) });
  const used = recent();
  return [...(used.length ? [{ name: "recent", emoji: used }] : []), ...emoji.groups].map(section);
}

function found(query) {
  const fits = names ? names.find(names.named, query) : nothing;
  return fits.length ? [{ name: "found", emoji: fits }] : nothing;
}

export async function openAll() {
  show("");
  try {
    emoji ??= await import("$/public/conversation/reactions/emoji.js");
    show();
    const language = locale();
    if (names?.language === language) return;
    const { load, find } = await import("$/public/conversation/reactions/names.js");
    names = { language, find, named: await load(emoji.groups, language) };
    show();
  } catch {
    toast("errors.offline", {}, { error: true });
  }
}

export const search = { onChange: (event) => show(event.target.value) };

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useEmoji(slice) {
  const read = () => view[slice];
  return useSyncExternalStore(subscribe, read, read);
}
