// `@aiko` in a text, where it calls somebody, is shown as their name.

const CALL = /(?<![a-z0-9_.@/-])@([a-z0-9](?:[a-z0-9_.-]{0,28}[a-z0-9])?)/gi;

/** A remark plugin. `people`: { username, name, me } of everybody whom the message calls. */
export function mentions(people) {
  const known = new Map(people.map((person) => [person.username, person]));
  const walk = (node) => {
    if (!node.children) return;
    node.children = node.children.flatMap((child) => {
      if (child.type === "text") return split(child.value, known);
      if (child.type !== "link") walk(child);
      return [child];
    });
  };
  return walk;
}

function split(text, known) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(CALL)) {
    const person = known.get(match[1].toLowerCase());
    if (!person) continue;
    parts.push({ type: "text", value: text.slice(end, match.index) }, called(person));
    end = match.index + match[0].length;
  }
  return [...parts, { type: "text", value: text.slice(end) }].filter((part) => part.type !== "text" || part.value);
}

const called = ({ username, name, me }) => ({
  type: "mention",
  data: { hName: "span", hProperties: { className: me ? ["mention", "me"] : ["mention"], title: `@${username}` } },
  children: [{ type: "text", value: `@${name}` }],
});
