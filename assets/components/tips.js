// When tips show: `data-tips` on the document is "mouse" while a mouse points, and "keys" after Tab. Any other key, and a press, puts
// them away; so what a dialog focuses by itself as it opens has none, and touch never sees one.
import { listen, page } from "../dom.js";

/** @param {string} how */
const show = (how) => {
  if (document.documentElement.dataset.tips !== how) document.documentElement.dataset.tips = how;
};

listen(page, { pointerover: (event) => event.pointerType === "mouse" && show("mouse") });
listen(page, { pointerdown: () => show(""), keydown: ({ key }) => show(key === "Tab" ? "keys" : "") }, true);
