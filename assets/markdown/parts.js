// The elements that Markdown becomes where they are more than their tag.
import { createElement as h, useState } from "react";
import { Link as Inside } from "react-router";

import { useT } from "../i18n.js";
import { Code } from "./code.js";
import { Diagram } from "./diagram.js";
import { Formula } from "./formula.js";
import { safeUrl } from "./links.js";
import { chooseMember } from "../members/card.js";

/** @param {{ href?: string, title?: string, children?: ReactNode }} props */
function Link({ href, title, children }) {
  const within = href?.startsWith("#"); // a footnote
  if (within) return h("a", { href, className: "link" }, children);
  if (!safeUrl(href ?? "")) return h("span", null, children); // none comes so far
  if (href?.startsWith(`${globalThis.location?.origin}/r/`)) return h(Inside, { to: href.slice(location.origin.length), title, className: "link" }, children);
  return h("a", { href, title, target: "_blank", rel: "noopener noreferrer nofollow", className: "link" }, children);
}

/**
 * A picture from elsewhere, which is not asked for until the reader wants it: asking tells that they have read.
 * @param {{ src?: string, alt?: string }} props
 */
function Picture({ src = "", alt }) {
  const t = useT();
  const [shown, show] = useState(false);
  if (!/^https:/i.test(src)) return h(Link, { href: src }, alt || src);
  if (shown) return h("img", { src, alt: alt ?? "", referrerPolicy: "no-referrer", decoding: "async" });
  const words = t("markdown.showImage", { host: URL.canParse(src) ? new URL(src).host : src });
  return h("button", { type: "button", className: "button picture", onClick: () => show(true) }, alt ? `${words}: ${alt}` : words);
}

/**
 * Code in a fence: a diagram where it is one, and whole.
 * @param {{ language: string, meta?: string, code: string, growing?: boolean }} props
 */
export function Fence({ language, meta, code, growing = false }) {
  if (language === "mermaid" && !growing) return h(Diagram, { code });
  return h(Code, { code, language, meta, growing });
}

/** Code within a list or a quotation. @param {{ node: Parent }} props */
function Pre({ node }) {
  const { properties, children, data } = node.children[0];
  const language = /language-(\S+)/.exec((properties?.className ?? []).join(" "))?.[1] ?? "";
  return h(Fence, { language, meta: data?.meta ?? "", code: children?.[0]?.value ?? "" });
}

/** @param {{ node: TreeNode, children?: ReactNode }} props */
function Called({ node, children }) {
  const { id, me, title } = node.called;
  const className = me ? "mention me" : "mention";
  if (!id) return h("bdi", { className, title }, children);
  const attributes = { type: "button", className, title, "data-opens": "member", "aria-haspopup": "dialog", onClick: () => chooseMember(id) };
  return h("bdi", null, h("button", attributes, children));
}

/** @param {{ dir?: string, children?: ReactNode }} props */
function Table({ dir, children }) {
  const t = useT();
  return h("div", { className: "table", tabIndex: 0, role: "group", "aria-label": t("markdown.table") }, h("table", { dir }, children));
}

/** @param {{ checked?: boolean }} props */
function Tick({ checked }) {
  const t = useT();
  const label = checked ? t("markdown.done") : t("markdown.toDo");
  return h("input", { type: "checkbox", checked, readOnly: true, disabled: true, "aria-label": label });
}

/** Headings of a message have a lower level than those of the page. @param {number} level */
const heading = (level) => (/** @type {{ children?: ReactNode, id?: string, dir?: string }} */ { children, id, dir }) => h(`h${level}`, { id, dir }, children);

export const parts = {
  a: Link,
  img: Picture,
  pre: Pre,
  formula: Formula,
  called: Called,
  table: Table,
  input: Tick,
  h1: heading(3),
  h2: heading(4),
  h3: heading(5),
  h4: heading(6),
  h5: heading(6),
  h6: heading(6),
};
