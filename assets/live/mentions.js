// Mentions: whom a text calls by `@name`, how that is shown, and whether it is oneself.

import { USERNAME } from "../rules.js";
import { assistantsNamed } from "./assistants.js";
import { NONE, state } from "./store.js";

const AI = [{ username: "ai", name: "ai", me: false }];
const ALL = { username: "all", name: "all", me: true };
const CALLS_AI = /[@＠]ai/i;
const CALLED = new RegExp(`[@＠](${USERNAME})`, "gi");

/** The assistants and models, other than `people`, whose handles follow an `@`; a model comes before an assistant. @param {string} text @param {Called[]} people @returns {Called[]} */
function calledIn(text, people) {
  const names = new Set([...text.matchAll(CALLED)].map(([, name]) => name.toLowerCase()));
  const models = state.models.filter(({ handle }) => names.has(handle)).map(({ handle, label }) => ({ username: handle, name: label, me: false }));
  for (const { username } of [...people, ...models, ...AI, ALL]) names.delete(username);
  return [...assistantsNamed(names).map(({ handle, name }) => ({ username: handle, name, me: false })), ...models];
}

/** Return the people, models and assistants whose `@name` in the text is a mention, and how it is shown. @param {Message} message @returns {Called[]} */
export function mentionsOf(message) {
  if (message.ai || !/[@＠]/.test(message.text)) return NONE;
  const people = (message.mentions ?? []).map(({ id, username, name }) => ({ id, username, name, me: id === state.me?.id }));
  const all = message.mentions_all ? [ALL] : NONE;
  return [...calledIn(message.text, people), ...people, ...all, ...(CALLS_AI.test(message.text) ? AI : NONE)];
}

/** Whether a message mentions the person. @param {Said} message */
export const callsMe = (message) =>
  !message.deleted && !!message.author && message.author.id !== state.me?.id && !state.blocked.has(message.author.id) &&
  (!!message.mentions_all || !!message.mentions?.some(({ id }) => id === state.me?.id));

/** Note whether a message calls the person, for the list of rooms. @param {string} id @param {Said} message */
export function noteMention(id, message) {
  const room = state.rooms.get(id);
  if (!room) return;
  const others = (room.mentions ?? NONE).filter((seq) => seq !== message.seq);
  if (callsMe(message)) room.mentions = [...others, message.seq];
  else if (others.length !== (room.mentions ?? NONE).length) room.mentions = others;
}
