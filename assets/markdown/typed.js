// What people type, as opposed to what models write: it is shown as typed. Backslashes, `&amp;` and leading spaces stay,
// and a line below a quotation is not in it.

const CLOSERS = { disable: { null: ["characterReference", "setextUnderline", "hardBreakEscape"] }, flow: { null: { tokenize: notLazy } } };

export const typedSyntax = () => CLOSERS;

/**
 * A line that only continues a paragraph of a list or quotation above it begins something else.
 * @this {Tokens}
 * @param {Effects} _
 * @param {Step} ok
 * @param {Step} nok
 * @returns {Step}
 */
function notLazy(_, ok, nok) {
  return (code) => (this.interrupt && this.parser.lazy[this.now().line] ? ok : nok)(code);
}

/** @returns {any} */
export function typedTree() {
  /** @this {any} */
  const escapeMarker = function () {
    this.stack.at(-1).value += "\\";
  };
  /** @this {any} @param {any} token */
  const linePrefix = function (token) {
    const { type, children: siblings } = this.stack.at(-1);
    if (type === "fragment") return; // within code
    const before = siblings?.at(-1);
    const spaces = this.sliceSerialize(token);
    if (before?.type === "break") siblings.push({ type: "text", value: spaces });
    else if (before?.type === "text" && before.value.endsWith("\n")) before.value += spaces;
  };
  return { exit: { escapeMarker, linePrefix } };
}

/**
 * Undo in `root` what nobody means who types it: `__init__` is not strong, `2*3*4` not slanted, an indented line not code.
 * @param {TreeNode} root
 * @param {string} source
 */
export function asTyped(root, source) {
  root.children?.forEach((node) => {
    const { offset } = node.position.start;
    const indent = source.slice(source.lastIndexOf("\n", offset - 1) + 1, offset);
    if (node.type === "paragraph" && indent && !indent.trim()) node.children.unshift({ type: "text", value: indent });
  });
  flatten(root, source);
}

/** @param {TreeNode} node @param {string} source */
function flatten(node, source) {
  node.children = node.children?.flatMap((child) => {
    flatten(child, source);
    const { start, end } = child.position ?? {};
    if (child.type === "code" && !/^[`~]/.test(source.slice(start.offset))) return [asWritten(child.value)];
    if (child.type !== "strong" && child.type !== "emphasis") return [child];
    const [before, mark, after] = [source[start.offset - 1], source[start.offset], source[end.offset]];
    const within = mark === "*" && child.type === "emphasis" && isLetter(before) && isLetter(after);
    if (!within && !(mark === "_" && child.type === "strong")) return [child];
    const marks = { type: "text", value: mark.repeat(child.type === "strong" ? 2 : 1) };
    return [marks, ...child.children, { ...marks }];
  });
}

/** @param {string | undefined} character */
const isLetter = (character) => /[a-z0-9]/i.test(character ?? "");

/** @param {string} code */
const asWritten = (code) => plain(code.replace(/^(?=.)/gm, "    "));

/** A paragraph with the letters of `text`, in its own lines and spaces. @param {string} value */
export const plain = (value) => ({ type: "paragraph", data: { hProperties: { className: ["plain"] } }, children: [{ type: "verbatim", value }] });
