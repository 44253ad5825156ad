// Each block in the direction of its own letters: what holds blocks gets the direction of the first letter in it, what holds
// text lets the browser find out. Line breaks between blocks, which are nobody's, go.

const STRONG = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]|\p{L}/u;
const RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const HOLDS_BLOCKS = new Set(["ul", "ol", "blockquote", "table", "section"]);
const HOLDS_TEXT = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "th", "td"]);

/** @param {TreeNode} node */
export function direct(node) {
  if (!HOLDS_TEXT.has(node.tagName) || node.tagName === "li") node.children = node.children?.filter(({ type, value }) => type !== "text" || value !== "\n");
  for (const child of node.children ?? []) {
    if (child.type !== "element" || child.tagName === "pre" || child.tagName === "code") continue;
    if (HOLDS_TEXT.has(child.tagName)) child.properties.dir = "auto";
    if (HOLDS_BLOCKS.has(child.tagName)) child.properties.dir = RIGHT.test(firstLetter(child)) ? "rtl" : "ltr";
    direct(child);
  }
}

/** @param {TreeNode} node @returns {string} */
function firstLetter(node) {
  if (node.type === "text") return STRONG.exec(node.value)?.[0] ?? "";
  for (const child of node.children ?? []) {
    const found = child.tagName === "code" || child.tagName === "formula" ? "" : firstLetter(child);
    if (found) return found;
  }
  return "";
}
