// A block of code: its language, a button that copies it, and colours that come when what makes them is loaded.
import { createElement as h, memo, useDeferredValue, useState } from "react";

import { copyAndSay } from "$/public/components/copy.js";
import { useT } from "$/public/i18n.js";
import { usePlugin } from "$/public/markdown/plugins.js";

const COPIED = 1_600;
const CHUNK = 32; // lines
const WHOLE_MAX = 8_000; // characters that are coloured in one go
const COLOURED_MAX = 40_000; // longer code is shown in one colour

export function Code({ code, language, meta, growing }) {
  const t = useT();
  const name = language || t("markdown.code");
  return h(
    "figure",
    { className: "code" },
    h("figcaption", null, h("span", { className: "truncate" }, [name, meta].filter(Boolean).join(" ")), h(CopyButton)),
    h("pre", { dir: "ltr", tabIndex: 0, role: "group", "aria-label": name }, h("code", null, h(Coloured, { code, language, growing }))),
  );
}

/**
 * Code that grows is coloured in chunks, of which only the last changes; whole code at once, since a comment or a string
 * may go on from one chunk to the next. Long code stands there first and is coloured later, so that no one waits for it.
 */
function Coloured({ code, language, growing }) {
  const lowlight = usePlugin("highlight", Boolean(language) && code.length < COLOURED_MAX);
  const long = code.length > WHOLE_MAX;
  const now = useDeferredValue(true, growing || !long);
  if (!now || !lowlight?.registered(language)) return code;
  const chunks = growing || long ? cut(code) : [code];
  return chunks.map((chunk, index) => h(Chunk, { key: index, chunk, language, lowlight }));
}

function cut(code) {
  const lines = code.split(/(?<=\n)/);
  return Array.from({ length: Math.ceil(lines.length / CHUNK) }, (_, n) => lines.slice(n * CHUNK, (n + 1) * CHUNK).join(""));
}

const Chunk = memo(({ chunk, language, lowlight }) =>
  chunk.length > WHOLE_MAX ? chunk : lowlight.highlight(language, chunk).children.map(element),
);

function element(node, key) {
  if (node.type === "text") return node.value;
  return h("span", { key, className: node.properties.className.join(" ") }, node.children.map(element));
}

function CopyButton() {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const onClick = async (event) => {
    if (!(await copyAndSay(event.currentTarget.closest(".code").querySelector("pre").textContent, ""))) return;
    setCopied(true);
    setTimeout(setCopied, COPIED, false);
  };
  const words = copied ? t("common.copied") : t("markdown.copyCode");
  return h("button", { type: "button", className: "copy", onClick }, words);
}
