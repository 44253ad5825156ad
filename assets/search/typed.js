// Filters that are typed in the field of a search: `from:aiko`, `has:image`, `is:starred`.
const TYPED = /(?<!\S)(from|has|is):(\S+)/giu; // as the server parses them (core/search/rules.py)
const STARRED = "starred";

/** The typed filter that an input of the form stands for. @param {string} name @param {string} value */
const filterOf = (name, value) => (name === "from" ? `from:${value}` : name === STARRED ? `is:${name}` : `has:${name}`);

/** The inputs that typed filters fill, by their names, with their values. @param {string} text @returns {Record<string, string>} */
export function typedIn(text) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [token, kind, value] of text.matchAll(TYPED)) {
    const name = value.toLowerCase();
    if (kind.toLowerCase() === "from") found.from = value;
    else if (token.toLowerCase() === filterOf(name, "")) found[name] = "1";
  }
  return found;
}

/**
 * The text with the filter of an input: in the place of those that were typed for it, or at the end; none for no value.
 * @param {string} text @param {string} name @param {string} value
 */
export function withTyped(text, name, value) {
  const wanted = value && filterOf(name, value.replaceAll(/\s/gu, ""));
  let isPut = !wanted;
  const kept = text.replaceAll(TYPED, (token, kind) => {
    const isOf = name === "from" ? kind.toLowerCase() === "from" : token.toLowerCase() === filterOf(name, "");
    if (!isOf) return token;
    const put = isPut ? "" : wanted;
    isPut = true;
    return put;
  });
  return (isPut ? kept : `${kept} ${wanted}`).replaceAll(/\s+/gu, " ").trim();
}
