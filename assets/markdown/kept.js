// Keep text that Markdown would drop: it is shown as it was written.
import { safeUrl } from "./links.js";
import { plain } from "./typed.js";

const BREAKS = /^(?:<br\s*\/?>\s*)+$/i;
const VISIBLE = new Set(["break", "code", "footnoteReference", "formula", "image", "imageReference", "inlineCode", "table", "thematicBreak", "verbatim"]);
const BLOCKS = new Set(["root", "blockquote", "listItem", "footnoteDefinition"]);
const MAY_BE_EMPTY = new Set(["heading", "paragraph", "blockquote", "list"]);

/**
 * Change the tree of `source` so that all of it is seen. `typed`: a person wrote it.
 * @param {TreeNode} root
 * @param {string} source
 * @param {boolean} typed
 */
export function keepAll(root, source, typed) {
  const used = usedIn(root);
  const definitions = definitionsIn(root);
  visit(root, false);

  /** @param {TreeNode} node @param {boolean} inTable */
  function visit(node, inTable) {
    if (!node.children) return;
    node.children.forEach((child) => visit(child, inTable || child.type === "table"));
    if (node.type === "table") node.align = widest(node);
    if (node.type === "list" && node.ordered) number(node, source);
    node.children = node.children.map(resolved).flatMap((child) => kept(child, node, inTable));
  }

  /** A link or image by the name of its address, as one with the address. @param {TreeNode} node @returns {TreeNode} */
  function resolved(node) {
    const definition = /^(?:link|image)Reference$/.test(node.type) && definitions.get(node.identifier);
    return definition ? { ...node, type: node.type.replace("Reference", ""), url: definition.url, title: definition.title } : node;
  }

  /** @param {TreeNode} node @param {TreeNode} parent @param {boolean} inTable @returns {TreeNode[]} */
  function kept(node, parent, inTable) {
    const written = () => source.slice(node.position.start.offset, node.position.end.offset);
    if (node.type === "html") return [html(node.value, BLOCKS.has(parent.type), typed && !inTable)];
    if (node.type === "definition") return used.takes(node) ? [node] : [plain(written())];
    if (node.type === "footnoteDefinition" && !used.takes(node)) return footnote(node);
    if (node.type === "image" && node.url && !safeUrl(node.url)) return [{ type: "text", value: written() }];
    if (node.type === "link") return [link(node)];
    if (MAY_BE_EMPTY.has(node.type) && !isSeen(node)) return [plain(written().trim())];
    return [node];
  }
}

/**
 * Which definitions are used: of several with the same name the first, and only where something refers to it.
 * @param {TreeNode} root
 */
function usedIn(root) {
  /** @type {Set<string>} */
  const names = new Set();
  const collect = (/** @type {TreeNode} */ node) => {
    if (node.type.endsWith("Reference")) names.add(keyOf(node));
    node.children?.forEach(collect);
  };
  collect(root);
  return { takes: (/** @type {TreeNode} */ node) => names.delete(keyOf(node)) };
}

/** The first of each name. @param {TreeNode} root */
function definitionsIn(root) {
  /** @type {Map<string, TreeNode>} */
  const found = new Map();
  const collect = (/** @type {TreeNode} */ node) => {
    if (node.type === "definition" && !found.has(node.identifier)) found.set(node.identifier, node);
    node.children?.forEach(collect);
  };
  collect(root);
  return found;
}

/** @param {TreeNode} node */
const keyOf = ({ type, identifier }) => `${type.startsWith("footnote")} ${identifier}`;

/** @param {string} value @param {boolean} isBlock @param {boolean} asTyped @returns {TreeNode} */
function html(value, isBlock, asTyped) {
  const isBreak = !asTyped && BREAKS.test(value.trim());
  if (isBlock) return isBreak ? { type: "paragraph", children: [{ type: "break" }] } : plain(value);
  return isBreak ? { type: "break" } : { type: "verbatim", value };
}

/** @param {TreeNode} node @returns {TreeNode[]} */
function footnote({ label, children = [] }) {
  const [first, ...rest] = children;
  const mark = { type: "text", value: `[^${label}]: ` };
  return first?.type === "paragraph" ? [{ ...first, children: [mark, ...first.children] }, ...rest] : [{ type: "paragraph", children: [mark] }, ...children];
}

/**
 * A link without words is named by its address; one that may not lead anywhere says where it was to lead.
 * @param {TreeNode} node
 * @returns {TreeNode}
 */
function link(node) {
  if (!isSeen(node)) return { ...node, children: [{ type: "text", value: node.url || "[]()" }] };
  if (safeUrl(node.url) || !node.url || textOf(node) === node.url) return node;
  return { ...node, children: [...(node.children ?? []), { type: "text", value: ` (${node.url})` }] };
}

/** Cells beyond the table's head stay. @param {TreeNode} node */
const widest = ({ align = [], children = [] }) => {
  const cells = Math.max(...children.map((row) => row.children.length));
  return [...align, ...Array.from({ length: Math.max(0, cells - align.length) }, () => null)];
};

/**
 * Numbers that do not count on from the first are shown as written, unless all are the same.
 * @param {TreeNode} list
 * @param {string} source
 */
function number(list, source) {
  const items = list.children ?? [];
  const numbers = items.map(({ position }) => parseInt(source.slice(position.start.offset), 10));
  const same = numbers.every((each) => each === numbers[0]);
  if (same || numbers.every((each, n) => each === numbers[0] + n)) return;
  items.forEach((item, n) => Number.isNaN(numbers[n]) || (item.data = { hProperties: { value: numbers[n] } }));
}

/** @param {TreeNode} node @returns {boolean} */
const isSeen = (node) => VISIBLE.has(node.type) || /[^\s\p{Cf}\p{Cc}\u115f\u1160\u2800\u3164\uffa0]/u.test(node.value ?? "") || !!node.children?.some(isSeen);

/** @param {TreeNode} node @returns {string} */
const textOf = (node) => node.value ?? node.children?.map(textOf).join("") ?? "";
