// Which tip shows: the control has `data-tips`, "mouse" while a mouse points at it, and "keys" after Tab. Any other key, and a press,
// put it away; so what a dialog focuses by itself as it opens has none, and touch never sees one. It is marked at the control itself:
// if the document were, each press of a key would have the styles of all controls computed anew.
import { closest, listen, page } from "../dom.js";

/** @type {HTMLElement | null} */
let shown = null;
let tabbed = false;

/** @param {Event} event @param {string} how */
function show(event, how) {
  const control = how ? closest(event, "[data-tip]") : null;
  if (shown && shown !== control) delete shown.dataset.tips;
  shown = control;
  if (control && control.dataset.tips !== how) control.dataset.tips = how;
}

/** @param {Event} event @param {string} key */
function press(event, key) {
  tabbed = key === "Tab";
  show(event, tabbed ? "keys" : "");
}

listen(page, {
  pointerover: (event) => event.pointerType === "mouse" && show(event, "mouse"),
  focusin: (event) => tabbed && show(event, "keys"),
});
listen(page, {
  pointerdown: (event) => press(event, ""),
  keydown: (event) => press(event, event.key),
}, true);
