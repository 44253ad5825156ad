// A block of code: its language, a button that copies it, and colours that come when what makes them is loaded.
import { createElement as h, memo, useDeferredValue, useState } from "react";

import { copyAndSay } from "../components/copy.js";
import { useT } from "../i18n.js";
import { useHighlighting } from "./plugins.js";
import { fileName, save } from "./saving.js";

/** @typedef {ReturnType<typeof import("lowlight").createLowlight>} Lowlight */

const COPIED = 1_600;
const CHUNK = 32; // lines
const WHOLE_MAX = 8_000; // characters that are coloured in one go
const COLOURED_MAX = 40_000; // longer code is shown in one colour

/** @param {{ code: string, language: string, meta?: string, growing?: boolean }} props */
export function Code({ code, language, meta, growing }) {
  const t = useT();
  const name = language || t("markdown.code");
  return h(
    "figure",
    { className: "code" },
    h("figcaption", null, h("span", { className: "truncate" }, [name, meta].filter(Boolean).join(" ")), !growing && h(SaveButton, { name: fileName(language, meta) }), h(CopyButton)),
    h("pre", { dir: "ltr", tabIndex: 0, role: "group", "aria-label": name }, h("code", null, h(Coloured, { code, language, growing }))),
  );
}

/**
 * Code that grows is coloured in chunks, of which only the last changes; whole code at once, since a comment or a string
 * may go on from one chunk to the next. Long code stands there first and is coloured later, so that no one waits for it.
 * @param {{ code: string, language: string, growing?: boolean }} props
 */
export function Coloured({ code, language, growing }) {
  const lowlight = useHighlighting("value", Boolean(language) && code.length < COLOURED_MAX);
  const long = code.length > WHOLE_MAX;
  const now = useDeferredValue(true, growing || !long);
  if (!now || !lowlight?.registered(language)) return code;
  const chunks = growing || long ? cut(code) : [code];
  return chunks.map((chunk, index) => h(Chunk, { key: index, chunk, language, lowlight }));
}

/** @param {string} code */
function cut(code) {
  const lines = code.split(/(?<=\n)/);
  return Array.from({ length: Math.ceil(lines.length / CHUNK) }, (_, n) => lines.slice(n * CHUNK, (n + 1) * CHUNK).join(""));
}

/** @type {import("react").FunctionComponent<{ chunk: string, language: string, lowlight: Lowlight }>} */
const Chunk = memo(({ chunk, language, lowlight }) =>
  chunk.length > WHOLE_MAX ? chunk : lowlight.highlight(language, chunk).children.map(element),
);

/** @param {TreeNode} node @param {number} key @returns {ReactNode} */
function element(node, key) {
  if (node.type === "text") return node.value;
  return h("span", { key, className: node.properties.className.join(" ") }, node.children?.map(element));
}

/** @param {{ name: string }} props */
function SaveButton({ name }) {
  const t = useT();
  const words = t("markdown.downloadCode", { name });
  const onClick = (/** @type {{ currentTarget: Element }} */ { currentTarget }) => save(currentTarget.closest(".code")?.querySelector("pre")?.textContent ?? "", name);
  return h("button", { type: "button", className: "copy save", title: words, "aria-label": words, onClick }, t("markdown.download"));
}

function CopyButton() {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const onClick = async (/** @type {{ currentTarget: Element }} */ { currentTarget }) => {
    const code = currentTarget.closest(".code")?.querySelector("pre")?.textContent;
    if (!(await copyAndSay(code ?? "", ""))) return;
    setCopied(true);
    setTimeout(setCopied, COPIED, false);
  };
  const words = copied ? t("common.copied") : t("markdown.copyCode");
  return h("button", { type: "button", className: "copy", onClick }, words);
}
