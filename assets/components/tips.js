// When tips show: `data-tips` on the document is "mouse" while a mouse points, and "keys" after Tab. Any other key, and a press, puts
// them away; so what a dialog focuses by itself as it opens has none, and touch never sees one.

/** @param {string} how */
const show = (how) => {
  if (document.documentElement.dataset.tips !== how) document.documentElement.dataset.tips = how;
};

if (typeof document !== "undefined") {
  document.addEventListener("pointerover", (event) => event.pointerType === "mouse" && show("mouse"));
  document.addEventListener("pointerdown", () => show(""), true);
  document.addEventListener("keydown", (event) => show(event.key === "Tab" ? "keys" : ""), true);
}
