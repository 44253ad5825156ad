// Reads a JSON list of [function, ...arguments] and writes what each returns: the scripts of assets/markdown, without a browser.
import "../js/resolve.mjs";

const { treeOf } = await import("../../assets/markdown/tree.js");
const { draw } = await import("../../assets/markdown/drawn.js");
const { default: katex } = await import("katex");

/** The tree in short: tags with what matters of their attributes, ⟦formulas⟧ with `!` where displayed. */
function brief(node) {
  if (node.type === "text") return node.value;
  if (node.formula) return node.formula.drawn ? `⟦${node.formula.value}${node.formula.display ? "!" : ""}⟧` : node.formula.source;
  const within = node.children.map(brief).join("");
  if (node.type === "root") return within;
  if (node.tagName === "br") return "<br>";
  const { href, value } = node.properties;
  return `<${[node.tagName, href, value].filter((each) => each !== undefined).join(" ")}>${within}</${node.tagName}>`;
}

const all = (node) => [node, ...(node.children ?? []).flatMap(all)];
const depth = (node) => 1 + Math.max(0, ...(node.children ?? []).map(depth));

const functions = {
  brief: (text, options) => brief(treeOf(text, options)),
  directions: (text) => all(treeOf(text)).flatMap(({ tagName, properties }) => (properties?.dir ? [`${tagName} ${properties.dir}`] : [])),
  calls(text, usernames) {
    const people = usernames.map((username) => ({ id: username, username, name: username }));
    return [...new Set(all(treeOf(text, { typed: true, people })).flatMap(({ called }) => (called ? [called.id] : [])))].sort();
  },
  drawn: (formula) => draw(katex, formula, true)?.markup ?? null,
  /** What a text makes a browser build: nodes of the tree and of its formulas, and how deep they stand. */
  cost(text, options) {
    const tree = treeOf(text, options);
    const markup = all(tree).flatMap(({ formula }) => (formula?.drawn ? [draw(katex, formula.value, formula.display)?.markup ?? ""] : []));
    return { nodes: all(tree).length + markup.join("").split("<").length - 1, depth: depth(tree) };
  },
};

let input = "";
for await (const part of process.stdin) input += part;
console.log(JSON.stringify(JSON.parse(input).map(([name, ...given]) => functions[name](...given))));
