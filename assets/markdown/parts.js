// The elements that Markdown becomes where they are more than their tag.
import { createElement as h, useState } from "react";

import { useT } from "$/public/i18n.js";
import { Code } from "$/public/markdown/code.js";

/** The address if a message may lead there, else "": the web and mail, nothing that runs and nothing of this site's own. */
export function safeUrl(url) {
  return /^(?:https?:\/\/|mailto:)[^\s]/i.test(url) ? url : "";
}

function Link({ href, title, children }) {
  if (!href) return h("span", null, children);
  return h("a", { href, title, target: "_blank", rel: "noopener noreferrer nofollow", className: "link" }, children);
}

/** A picture from elsewhere, which is not asked for until the reader wants it: asking tells that they have read. */
function Picture({ src, alt }) {
  const t = useT();
  const [shown, show] = useState(false);
  if (!/^https:/i.test(src ?? "")) return h(Link, { href: src }, alt || src || t("markdown.imageBlocked"));
  if (shown) return h("img", { src, alt: alt ?? "", referrerPolicy: "no-referrer", decoding: "async" });
  const words = t("markdown.showImage", { host: hostOf(src) });
  return h("button", { type: "button", className: "button picture", onClick: () => show(true) }, alt ? `${words}: ${alt}` : words);
}

function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** Code within a list or a quotation. */
function Fence({ children }) {
  const { className = "", children: code = "" } = children?.props ?? {};
  return h(Code, { code: String(code), language: /language-(\S+)/.exec(className)?.[1] ?? "" });
}

function Table({ children }) {
  const t = useT();
  return h("div", { className: "table", tabIndex: 0, role: "group", "aria-label": t("markdown.table") }, h("table", null, children));
}

function Tick({ checked }) {
  const t = useT();
  const label = checked ? t("markdown.done") : t("markdown.toDo");
  return h("input", { type: "checkbox", checked, readOnly: true, disabled: true, "aria-label": label });
}

/** Headings of a message stand below those of the page. */
const heading = (level) => ({ children, id }) => h(`h${level}`, { id }, children);

export const parts = {
  a: Link,
  img: Picture,
  pre: Fence,
  table: Table,
  input: Tick,
  h1: heading(3),
  h2: heading(4),
  h3: heading(5),
  h4: heading(6),
  h5: heading(6),
  h6: heading(6),
};
