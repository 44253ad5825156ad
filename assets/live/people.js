// The members of a room.

import { ROLES } from "../rules.js";

/** In the place of a person who is not known. @type {Person} */
export const NOBODY = { id: "", username: "", name: "", color: "slate", avatar: null };

const { compare } = new Intl.Collator();

/** @param {string | undefined} role */
export const rank = (role) => ROLES.indexOf(/** @type {string} */ (role));

/** The members as the server gives them: the highest role first, then by name. @param {Member[]} members */
export const ranked = (members) => members.sort((a, b) => rank(b.role) - rank(a.role) || compare(a.name, b.name));

// A person appears otherwise: in the member list, as author, as who asked, and where they are quoted.

/** @param {Feed} feed @param {Person} who */
export function appears(feed, who) {
  for (const messages of [feed.messages, feed.past?.messages ?? new Map()]) appearsIn(messages, feed, who);
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

/** @param {Messages} messages @param {Feed} feed @param {Person} who */
function appearsIn(messages, feed, who) {
  const same = (/** @type {Person | null | undefined} */ person) => person?.id === who.id;
  feed.members = feed.members.map((member) => (same(member) ? { ...member, ...who } : member));
  for (const [id, message] of messages) {
    const { author, ai, reply, mentions } = message;
    const quoted = reply && same(messages.get(reply.id)?.author);
    if (!same(author) && !same(ai?.asker) && !quoted && !mentions?.some(same)) continue;
    messages.set(id, {
      ...message,
      author: same(author) ? who : author,
      ...(ai && same(ai.asker) && { ai: { ...ai, asker: who } }),
      ...(mentions && { mentions: mentions.map((person) => (same(person) ? who : person)) }),
      ...(quoted && { reply: { ...reply, author: who.name } }),
    });
  }
}
