// The members of a room, people as they appear in its messages, and the names of models.

import { ROLES } from "../rules.js";
import { named } from "../calls.js";
import { answered, askOnce } from "./asking.js";
import { currentFeed, NONE, state } from "./store.js";

/** In the place of a person who is not known. @type {Person} */
export const NOBODY = { id: "", username: "", name: "", color: "slate", avatar: null };

const { compare } = new Intl.Collator();

/** @param {string | undefined} role */
export const rank = (role) => ROLES.indexOf(/** @type {string} */ (role));

/** The members as the server gives them: the highest role first, then by name. @param {Member[]} members */
export const ranked = (members) => members.sort((a, b) => rank(b.role) - rank(a.role) || compare(a.name, b.name));

/**
 * The members as of `rev`. Of more than some `people` only the first are told; then what is known of the others stays, if nothing has
 * changed since.
 * @param {Feed} feed
 * @param {{ members: Member[], rev: number }} op
 * @param {number} people
 */
export function takeMembers(feed, { members, rev }, people) {
  const { heard } = feed;
  // Ops that arrived after the server's query are newer than its result.
  const newer = (/** @type {Member} */ { id }) => (heard.get(id) ?? 0) > rev;
  const told = new Set(members.map(({ id }) => id));
  const more = people > members.length;
  const standing = more && feed.ready && !feed.moreMembers && feed.members.length > 0 && feed.rev >= rev;
  const others = feed.members.filter((member) => newer(member) || (standing && !told.has(member.id)));
  feed.members = ranked([...members.filter((member) => !newer(member)), ...others]);
  feed.moreMembers = more && !standing;
  answered(`members ${feed.id}`);
  if (rev < feed.people.rev) return;
  const since = new Map([...feed.people.since].filter(([at]) => at > rev));
  feed.people = { count: people, rev, since };
}

/** Somebody has come (`by` 1) or gone (-1): said twice or late, it counts once. @param {Feed} feed @param {number} rev @param {number} by */
export function countPeople({ people }, rev, by) {
  if (rev > people.rev) people.since.set(rev, by);
}

/** The number of people in the room, also if not all of them are known. @param {Feed} feed */
export const peopleIn = ({ members, moreMembers, people }) =>
  moreMembers ? [...people.since.values()].reduce((sum, by) => sum + by, people.count) : members.length;

/** The people who are known by name: members, and where not all of these are, who has said something or was called. @param {Feed} feed @returns {Person[]} */
export const acquainted = ({ members, moreMembers, messages }) =>
  moreMembers ? [...members, ...[...messages.values()].flatMap(({ author, mentions = [] }) => (author ? [author, ...mentions] : mentions))] : members;

/** Ask for all members of the room that is shown, if they are not known; returns whether some are not. */
export function wantMembers() {
  const feed = currentFeed();
  if (!feed?.moreMembers) return false;
  askOnce(`members ${feed.id}`, "load_members", { room: feed.id });
  return true;
}

/** Whether a person stands somewhere in a value. @param {any} value @param {string} id @returns {boolean} */
const holds = (value, id) => !!value && typeof value === "object" && (value.id === id || Object.values(value).some((each) => typeof each === "object" && holds(each, id)));

/**
 * A value in which every person is replaced by their newest profile.
 * @param {any} value @param {Person} who @returns {any}
 */
function withPerson(value, who) {
  if (!holds(value, who.id)) return value;
  if (value.id === who.id) return { ...value, ...who };
  if (Array.isArray(value)) return value.map((each) => withPerson(each, who));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withPerson(each, who)]));
}

/** A person appears otherwise: among the members, in messages, and where they are quoted. @param {Feed} feed @param {Person} who */
export function appears(feed, who) {
  feed.members = withPerson(feed.members, who);
  for (const messages of [feed.messages, feed.past?.messages ?? new Map()])
    for (const [id, message] of messages) {
      const { author, ai, reply, mentions, event } = message;
      const isQuoted = reply && messages.get(reply.id)?.author?.id === who.id;
      if (!isQuoted && !holds([author, ai?.asker, mentions, event?.people], who.id)) continue; // to look everywhere would take four times as long
      messages.set(id, withPerson(isQuoted ? { ...message, reply: { ...reply, author: who.name } } : message, who));
    }
}

/** People who are told anew, where they have written. @param {Feed} feed @param {Member[]} members */
export function appearAs(feed, members) {
  const byId = new Map(members.map((member) => [member.id, member]));
  const written = [...feed.messages.values(), ...(feed.past?.messages.values() ?? [])];
  const authors = new Map(written.flatMap(({ author, ai, mentions }) => [author, ai?.asker, ...(mentions ?? [])]).map((person) => [person?.id, person]));
  for (const [id, before] of authors) {
    const now = id && byId.get(id);
    if (!now || !before || (now.name === before.name && now.avatar === before.avatar && now.color === before.color)) continue;
    const { role, ...who } = now;
    appears(feed, who);
  }
}

/** `text` with the names of the room's members for their usernames: for lines that show no Markdown. @param {string} text */
export function withNames(text) {
  const feed = currentFeed();
  return named(text, feed ? acquainted(feed) : NONE);
}

/** @param {string | null | undefined} id */
export const modelLabel = (id) => [...state.models, ...state.drawers].find((model) => model.id === id)?.label ?? id ?? "";
