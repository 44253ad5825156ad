// Limits of the work for a text. Beyond them it, or its formulas, are shown as written.

const MARKERS = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){25}/m; // quotations and lists within one another, begun on one line
const MARKS = 1_200; // of emphasis and links, where every eighth character is one
const DEPTH = 48; // of elements within one another
const FORMULAS = 120; // in a piece of a text
const CHARACTERS = 4_000; // of all formulas in a piece
const CELLS = 300; // of all tables within formulas in a piece

/** @param {string} text */
export const isHeavy = (text) => MARKERS.test(text) || isDense(text);

/** Whether a text is more marks than letters. @param {string} text */
function isDense(text) {
  const runs = text.match(/\*+|_+|~+|\]/g)?.length ?? 0;
  return runs > MARKS && runs * 8 > text.length;
}

/** @param {TreeNode} node @param {number} [depth] @returns {boolean} */
export const isDeep = (node, depth = 0) => depth > DEPTH || !!node.children?.some((child) => isDeep(child, depth + 1));

/** Mark the formulas of a tree that are drawn. @param {TreeNode} root */
export function limitFormulas(root) {
  let [formulas, characters, cells] = [0, 0, 0];
  const visit = (/** @type {TreeNode} */ node) => {
    node.children?.forEach(visit);
    if (node.type !== "formula") return;
    formulas += 1;
    characters += node.value.length;
    cells += cellsOf(node.value);
    node.drawn = formulas <= FORMULAS && characters <= CHARACTERS && cells <= CELLS;
  };
  visit(root);
}

/** How many cells a formula has beyond its first. @param {string} formula */
export const cellsOf = (formula) => formula.match(/&|\\\\|\\cr/g)?.length ?? 0;
