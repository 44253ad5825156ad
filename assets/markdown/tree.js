// A text in Markdown as a tree of elements (hast): all of what a text means, without React, so that it runs anywhere.
import { gfmFromMarkdown } from "mdast-util-gfm";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toHast } from "mdast-util-to-hast";
import { cjkFriendlyExtension } from "micromark-extension-cjk-friendly";
import { gfmStrikethroughCjkFriendly } from "micromark-extension-cjk-friendly-gfm-strikethrough";
import { gfmFootnote } from "micromark-extension-gfm-footnote";
import { gfmTable } from "micromark-extension-gfm-table";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";

import { isDeep, isHeavy, limitFormulas } from "./bounds.js";
import { direct } from "./direction.js";
import { keepAll } from "./kept.js";
import { bareLinks, safeUrl } from "./links.js";
import { mathSyntax, mathTree } from "./math.js";
import { mentions } from "../calls.js";
import { asTyped, plain, typedSyntax, typedTree } from "./typed.js";

const SYNTAX = [cjkFriendlyExtension(), gfmStrikethroughCjkFriendly({ singleTilde: false }), bareLinks(), gfmTable(), gfmTaskListItem(), gfmFootnote()];
const TREE = [...gfmFromMarkdown().map((each) => ({ ...each, transforms: undefined })), mathTree()]; // bare links were found already

/**
 * The tree of `text`. `typed`: a person wrote it, not a model; `people` are those whom it calls.
 * `prefix` begins the ids of its footnotes, which are headed by `footnotes`.
 * @param {string} text
 * @param {{ typed?: boolean, people?: Called[], prefix?: string, footnotes?: string }} [options]
 */
export function treeOf(text, { typed = false, people = [], prefix = "", footnotes = "Footnotes" } = {}) {
  const root = mdastOf(text, typed, people);
  const tree = toHast(root, { handlers, clobberPrefix: prefix, footnoteLabel: footnotes });
  direct(tree);
  return tree;
}

/** @param {string} text @param {boolean} typed @param {Called[]} people @returns {any} */
function mdastOf(text, typed, people) {
  if (isHeavy(text)) return whole(text);
  const root = parse(text, typed);
  if (isDeep(root)) return whole(text);
  if (typed) asTyped(root, text);
  keepAll(root, text, typed);
  if (people.length) mentions(people)(root);
  breakLines(root);
  limitFormulas(root);
  return root;
}

/** @param {string} text */
const whole = (text) => ({ type: "root", children: [plain(text)] });

/** @param {string} text @param {boolean} typed @param {boolean} [blocks] @returns {any} */
function parse(text, typed, blocks = true) {
  const extensions = [...SYNTAX, mathSyntax(text, blocks), ...(typed ? [typedSyntax()] : [])];
  const root = fromMarkdown(text, { extensions, mdastExtensions: typed ? [...TREE, typedTree()] : TREE });
  return blocks && hasOpenFormula(root) ? parse(text, typed, false) : root;
}

/**
 * Whether a formula continues to the end of the text or of its block, because nothing ends it: then it is not a
 * formula.
 * @param {TreeNode} node
 * @returns {boolean}
 */
const hasOpenFormula = (node) => (node.type === "formula" ? !node.closed : !!node.children?.some(hasOpenFormula));

/** A line break that someone typed is one, and the spaces after it stay. @param {TreeNode} node */
function breakLines(node) {
  node.children = node.children?.flatMap((child) => {
    if (child.type === "break") return [{ type: "newline" }];
    if (child.type !== "text" || !child.value.includes("\n")) return breakLines(child), [child];
    return child.value.split("\n").flatMap((/** @type {string} */ value, /** @type {number} */ index) => [...(index ? [{ type: "newline" }] : []), ...(value ? [{ type: "text", value }] : [])]);
  });
}

/** @param {string} tagName @param {object} properties @param {any[]} [children] @returns {any} */
const element = (tagName, properties, children = []) => ({ type: "element", tagName, properties, children });

/** @type {Record<string, (state: any, node: TreeNode, parent?: TreeNode) => any>} */
const handlers = {
  text: (_, { value }) => ({ type: "text", value }),
  verbatim: (_, { value }) => ({ type: "text", value }),
  newline: () => element("br", {}),
  inlineCode: (_, { value }) => element("code", {}, [{ type: "text", value }]),
  formula: (_, { value, display, source, drawn }, parent) => {
    const block = display && !["heading", "tableCell"].includes(parent?.type ?? "");
    return { ...element("formula", {}), formula: { value, display: block, source, drawn } };
  },
  called: (state, node) => ({ ...element("called", {}, state.all(node)), called: { id: node.id, me: node.me, title: node.title } }),
  link: (state, node) => {
    const url = safeUrl(node.url);
    return element(url ? "a" : "span", url ? { href: url, title: node.title ?? undefined } : {}, state.all(node));
  },
};
