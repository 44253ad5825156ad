// Mentions in a text (`@aiko`), shown as the names of the people.

import { BEFORE_CALL, USERNAME } from "./rules.js";

const CALL = new RegExp(`(?<![${BEFORE_CALL}])(_*)[@＠](?=(${USERNAME}))\\2(?![@＠a-z0-9])`, "gi");

/** Changes a tree (mdast). `people`: { id, username, name, me } of everybody whom the message calls. @param {Called[]} people */
export function mentions(people) {
  const known = new Map(people.map((person) => [person.username, person]));
  const walk = (/** @type {TreeNode} */ node) => {
    if (!node.children) return;
    node.children = node.children.flatMap((child) => {
      if (child.type === "text") return split(child.value, known);
      if (child.type !== "link") walk(child);
      return [child];
    });
  };
  return walk;
}

/** @param {string} text @param {Map<string, Called>} known */
function split(text, known) {
  /** @type {TreeNode[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(CALL)) {
    const person = known.get(match[2].toLowerCase());
    if (!person) continue;
    parts.push({ type: "text", value: text.slice(end, match.index) + match[1] }, called(person));
    end = match.index + match[0].length;
  }
  return [...parts, { type: "text", value: text.slice(end) }].filter((part) => part.type !== "text" || part.value);
}

/** @param {Called} person */
const called = ({ id, username, name, me }) => ({ type: "called", id, me, title: `@${username}`, children: [{ type: "text", value: `@${name}` }] });

/**
 * `text` with names for usernames, where only its letters are shown.
 * @param {string} text
 * @param {{ username: string, name: string }[]} people
 */
export function named(text, people) {
  const known = new Map(people.map(({ username, name }) => [username, name]));
  return text.replace(CALL, (found, marks, username) => (known.has(username.toLowerCase()) ? `${marks}@${known.get(username.toLowerCase())}` : found));
}
