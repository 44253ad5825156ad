// Completion in the composer: `@` mentions people, models and assistants, `#` links rooms, `:` is for emoji, and `/` at
// the start for saved prompts and pictures. The matches are listed above, and keys move through them, until one is
// taken or the list is closed.

import { DOWN } from "../dom.js";
import { wantAssistants } from "../live/assistants.js";
import { wantMembers } from "../live/people.js";
import { canAsk, currentFeed, on, state, subscribe, tell, view } from "../live/store.js";
import { best, fit, fold } from "../folding.js";
import { BEFORE_CALL, PROMPT_NAME } from "../rules.js";
import { makeStore } from "../store.js";
import { loadAll, named } from "./reactions/all.js";

const MOST = 6;
const MODELS = 2; // of those that are listed, so many are models or assistants, where there are people enough for all
/**
 * The word before the caret, by its sign. The first letter of a room must not be a digit, because `#1` is written for
 * other things.
 * @type {Record<string, RegExp>}
 */
const BEGUN = {
  "@": new RegExp(`(?<![${BEFORE_CALL}])_*[@＠]([^\\s@＠]{0,30})$`, "i"),
  "#": /(?<![\p{L}\p{N}&/#＃])[#＃](\p{L}[^\s#＃]{0,30})$/u,
  "/": new RegExp(`^[/／](${PROMPT_NAME})$`, "iu"),
  ":": /(?<![\p{L}\p{N}:：])[:：]([\p{L}\p{N}_+-]{2,30})$/u,
};

/** `by` is who shares a prompt, or provides a model, or what an assistant is for. @typedef {{ kind: "person" | "ai" | "model" | "assistant" | "all" | "room" | "emoji" | "prompt" | "draw", id: string, word: string, name: string, color: string, avatar: number | null, by?: string }} Candidate */
const CLOSED = { list: /** @type {Candidate[]} */ ([]), at: 0 }; // `at`: which one Enter takes
export const completions = makeStore(CLOSED);
export const useCompletions = completions.use;
let from = -1; // where the sign stands
let sign = "";
let putAway = ""; // the sign whose list was closed by Escape, and where it stands
let sought = ""; // what was typed after the sign
/** @type {Member[] | undefined} */
let among; // the members of whom some are listed
let drawers = state.drawers; // those that there were when the list was made
/** @type {Map<string, string>} */
const linked = new Map(); // the rooms that were taken: name → id

/** @param {"ai" | "all" | "draw"} kind @param {string} [word] @returns {Candidate} */
const special = (kind, word = `@${kind}`) => ({ kind, id: kind, word, name: "", color: "", avatar: null });

/** @param {string} typed @returns {Candidate[]} */
function people(typed) {
  const feed = currentFeed();
  const room = state.rooms.get(feed?.id ?? "");
  if (!feed?.ready || !room) return [];
  const mayAsk = canAsk(feed) && room.ai_rule !== "never";
  const asks = mayAsk && "ai".startsWith(typed) ? [special("ai")] : [];
  const calls = feed.can.has("mention_all") && feed.members.length > 2 && "all".startsWith(typed) ? [special("all")] : [];
  const others = feed.members.filter(({ id }) => id !== state.me?.id).sort((a, b) => a.name.localeCompare(b.name));
  const found = best(others, ({ username, name }) => (username.startsWith(typed) ? 0 : fit(name, typed))).map(
    ({ id, username, name, color, avatar }) => /** @type {Candidate} */ ({ kind: "person", id, word: `@${username}`, name, color, avatar }),
  );
  const named = mayAsk ? [...assistants(feed, typed), ...models(feed, typed)] : [];
  // Without a letter: the AI first, everybody last, and some models after the people. With letters, all whose names
  // begin with them.
  const free = MOST - asks.length - calls.length;
  const some = named.slice(0, Math.max(MODELS, free - found.length));
  return typed ? [...found.slice(0, free - Math.min(named.length, MODELS)), ...asks, ...named, ...calls] : [...asks, ...found.slice(0, free - some.length), ...some.slice(0, free), ...calls];
}

/** Those that one may ask, where there is a choice. A name that a member has is theirs. @param {Feed} feed @param {string} typed @returns {Candidate[]} */
function models({ members }, typed) {
  const { offered } = state;
  const free = offered.length > 1 ? offered.filter(({ handle }) => !members.some(({ username }) => username === handle)) : [];
  return best(free, ({ handle, label }) => (handle.startsWith(typed) ? 0 : fit(label, typed))).map(({ id, handle, label, provider }) => ({ kind: "model", id, word: `@${handle}`, name: label, color: "", avatar: null, by: provider }));
}

/** One's own first, and each handle once. A name that a member or a model has is theirs. @param {Feed} feed @param {string} typed @returns {Candidate[]} */
function assistants({ members }, typed) {
  const taken = new Set([...members.map(({ username }) => username), ...state.offered.map(({ handle }) => handle)]);
  const free = state.assistants.filter(({ handle }) => !taken.has(handle) && taken.add(handle));
  return best(free, ({ handle, name }) => (handle.startsWith(typed) ? 0 : fit(name, typed))).map(
    ({ id, handle, name, description, picture, by }) => ({ kind: "assistant", id, word: `@${handle}`, name, color: "", avatar: picture, by: description || by }),
  );
}

/**
 * Rooms, not private chats: everybody who reads the link reads the name.
 * @param {string} typed @returns {Candidate[]}
 */
const rooms = (typed) =>
  best(view.rooms.filter(({ kind }) => kind === "room"), ({ name }) => fit(name, typed)).map(({ id, name }) => ({ kind: "room", id, word: `#${name}`, name: "", color: "", avatar: null }));

/** @param {string} typed @returns {Candidate[]} */
const emoji = (typed) => named(typed.replaceAll("_", " ")).map(({ emoji, name }) => ({ kind: "emoji", id: emoji, word: emoji, name, color: "", avatar: null }));

/** One's own first. A name in letters like these is found by its words, so that a path such as `/usr` is none. @param {string} typed @returns {Candidate[]} */
const prompts = (typed) =>
  [false, true].flatMap((shared) =>
    best(state.prompts.filter(({ by }) => !!by === shared), ({ name }) => {
      const found = fit(name, typed);
      return found === 3 && /^[\x00-\x7f]*$/.test(typed) ? Infinity : found;
    }),
  ).map(({ id, name, description, by }) => ({ kind: "prompt", id, word: `/${name}`, name: description, color: "", avatar: null, by }));

/**
 * The command for a picture comes first, if the person may ask for one.
 * @param {string} typed @returns {Candidate[]}
 */
const called = (typed) => [...(mayDraw() && "image".startsWith(typed) ? [special("draw", "/image")] : []), ...prompts(typed)];

/** At home the message creates a room of the person. */
function mayDraw() {
  const feed = currentFeed();
  const here = !feed || (canAsk(feed) && state.rooms.get(feed.id)?.ai_rule !== "never");
  return here && state.drawers.some(({ locked }) => !locked);
}

/** @type {Record<string, (typed: string) => Candidate[]>} */
const SOURCES = { "@": people, "#": rooms, ":": emoji, "/": called };

/** List what fits what was typed. */
function again() {
  if (from < 0) return;
  const list = (SOURCES[sign]?.(sought) ?? []).slice(0, MOST);
  completions.set({ list, at: Math.max(0, Math.min(completions.get().at, list.length - 1)) });
}

let letters = ""; // of a prompt's name, as they were typed
let byLetters = false; // whether there are too many prompts to know them all

/** Ask for the prompts whenever their list opens, and else only by other letters. @param {string} typed */
function wantPrompts(typed) {
  const opens = sign !== "/";
  if (opens) byLetters = false;
  if (opens || (byLetters && typed !== letters)) tell("send", "load_prompts", { typed: byLetters ? typed : "" });
  letters = typed;
}

on("prompts", (more) => {
  if (sign !== "/") return;
  if (more && !byLetters && letters) tell("send", "load_prompts", { typed: letters });
  byLetters ||= more;
  again();
});

on("assistants", () => sign === "@" && again());

/** See whether something is being named where the caret stands; with `only`, by no other sign. @param {HTMLTextAreaElement} input @param {string} [only] */
export function look(input, only) {
  const caret = input.selectionStart;
  const before = caret === input.selectionEnd ? input.value.slice(0, caret) : "";
  const [begun, match] = Object.entries(BEGUN).map(([begun, pattern]) => /** @type {const} */ ([begun, pattern.exec(before)])).find(([, match]) => match) ?? [];
  if (!match || (only && begun !== only)) {
    putAway = "";
    return close();
  }
  const typed = match[1] ?? "";
  const place = caret - typed.length - 1;
  if (`${begun}${place}` === putAway) return;
  putAway = "";
  if (place !== from) completions.update({ at: 0 });
  if (begun === "@" && sign !== "@") wantAssistants();
  if (begun === "/") wantPrompts(typed);
  [from, sign, sought] = [place, begun ?? "", fold(typed)];
  [among, drawers] = [currentFeed()?.members, state.drawers];
  if (sign === "@") wantMembers();
  if (sign === ":") loadAll().then(again, () => {}); // offline there is no list
  again();
}

subscribe(() => {
  if (from < 0 || (currentFeed()?.members === among && state.drawers === drawers)) return;
  [among, drawers] = [currentFeed()?.members, state.drawers];
  again();
});

export function close() {
  from = -1;
  sign = "";
  completions.set(CLOSED);
}

/** The text after a match is taken. @param {HTMLTextAreaElement} input @param {Candidate | undefined} candidate */
function taken(input, candidate) {
  if (!candidate) return {};
  if (candidate.kind === "prompt") {
    putAway = `${sign}${from}`; // until its text comes, the name stays
    close();
    tell("send", "take_prompt", { prompt: candidate.id });
    return {};
  }
  const { value, selectionStart: caret } = input;
  if (candidate.kind === "room") linked.set(candidate.word, candidate.id);
  const word = `${candidate.word} `;
  const change = { text: value.slice(0, from) + word + value.slice(caret).replace(/^ /, ""), caret: from + word.length };
  close();
  return change;
}

/**
 * A key in the composer: null if it means nothing here, else what changes (possibly nothing).
 * @param {KeyEvent} event
 * @returns {{ text?: string, caret?: number } | null}
 */
export function key(event) {
  const { list, at } = completions.get();
  if (!list.length) return null;
  const step = DOWN[event.key];
  if (step) {
    completions.update({ at: (at + step + list.length) % list.length });
    return {};
  }
  if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) return taken(event.currentTarget, list[at]);
  if (event.key === "Escape") {
    putAway = `${sign}${from}`;
    close();
    return {};
  }
  return null;
}

/** One was pressed. @param {HTMLTextAreaElement} input @param {number} n */
export const pick = (input, n) => taken(input, completions.get().list[n]);

/** The text with links where the rooms stand that were taken from the list. @param {string} text */
export function withLinks(text) {
  const words = [...linked.keys()].filter((word) => text.includes(word)).sort((a, b) => b.length - a.length);
  if (!words.length) return text;
  const anyOf = new RegExp(`(?<![\\p{L}\\p{N}\\[/&#\\x60])(?:${words.map(escaped).join("|")})(?![\\p{L}\\p{N}])`, "gu");
  return text.replace(anyOf, (word) => `[${word.replace(/[\\[\]]/g, "\\$&")}](${location.origin}/r/${linked.get(word)})`);
}

/** @param {string} text */
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
