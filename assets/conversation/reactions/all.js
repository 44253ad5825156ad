// All emoji: group by group, or the matches of the typed text.
import { locale } from "../../i18n.js";
import { makeStore } from "../../store.js";
import { warn } from "../../components/toasts.js";
import { recent } from "./recent.js";

/** @typedef {import("./names.js").Named} Named */
/** @typedef {{ name: string, emoji: { emoji: string, name: string }[] }} Section */

/** @type {Section[]} */
const nothing = [];
const shown = makeStore({ query: "", sections: nothing, nothing: false });
/** @type {typeof import("./emoji.js") | undefined} */
let emoji; // what is loaded: the groups, and the names in a language
/** @type {{ language: string, named: Named[], find: typeof import("./names.js").find } | undefined} */
let names;

/** @param {string} [query] */
function show(query = shown.get().query) {
  const sections = query.trim() ? found(query) : groups();
  shown.set({ query, sections, nothing: Boolean(names && query.trim()) && !sections.length });
}

function groups() {
  if (!emoji) return nothing;
  const called = new Map((names?.named ?? []).map((each) => [each.emoji, each.name]));
  const section = (/** @type {{ name: string, emoji: string[] }} */ { name, emoji }) => ({ name, emoji: emoji.map((each) => ({ emoji: each, name: called.get(each) ?? "" })) });
  const used = recent();
  return [...(used.length ? [{ name: "recent", emoji: used }] : []), ...emoji.groups].map(section);
}

/** @param {string} query */
function found(query) {
  const fits = named(query);
  return fits.length ? [{ name: "found", emoji: fits }] : nothing;
}

export async function openAll() {
  show("");
  try {
    await loadAll();
  } catch {
    warn("errors.offline");
  }
}

/** Load the emoji and their names in the page's language. Throws offline. */
export async function loadAll() {
  emoji ??= await import("./emoji.js");
  show();
  const language = locale();
  if (names?.language === language) return;
  const { load, find } = await import("./names.js");
  names = { language, find, named: await load(emoji.groups, language) };
  show();
}

/** The loaded emoji that a text fits. @param {string} text */
export const named = (text) => names?.find(names.named, text) ?? [];

export const search = { onChange: (/** @type {{ target: HTMLInputElement }} */ event) => show(event.target.value) };

export const useEmoji = shown.use;
