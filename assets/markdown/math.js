// Formulas as people and models write them, in the one form that is parsed: `$…$` and `$$…$$`.
const CODE = /(^ {0,3}(?:```|~~~)[\s\S]*|`+[^`\n]*`+)/m;
const DOLLARS = /\\\$|\$\$|\$(?=\S)(?:[^$\n]*[^\s$\\])\$(?!\d)|\$/g;

/** Rewrite `\(…\)` and `\[…\]`, and escape the dollars that mean money. Code stays as it is. */
export function formulas(text) {
  if (!text.includes("$") && !text.includes("\\")) return text;
  return text
    .split(CODE)
    .map((part, index) => (index % 2 ? part : rewrite(part)))
    .join("");
}

function rewrite(text) {
  return text
    .replace(/\\\[([\s\S]+?)\\\]/g, (_, formula) => `\n$$\n${formula.trim()}\n$$\n`)
    .replace(/\\\((.+?)\\\)/g, (_, formula) => `$${formula.trim()}$`)
    .replace(DOLLARS, (found) => (found === "$" ? "\\$" : found));
}
