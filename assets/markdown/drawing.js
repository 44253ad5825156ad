// Runs in a frame without an origin (diagram.js): draws the one diagram that it is sent.
(() => {
  const OPTIONS = {
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    theme: "neutral",
    htmlLabels: false, // a picture shows no HTML
    flowchart: { htmlLabels: false },
    fontFamily: "sans-serif",
    maxEdges: 300,
  };

  addEventListener(
    "message",
    async ({ data }) => {
      try {
        mermaid.initialize(OPTIONS);
        const { svg } = await mermaid.render("diagram", data);
        parent.postMessage({ svg: sized(svg) }, "*");
      } catch {
        parent.postMessage({}, "*");
      }
    },
    { once: true },
  );
  parent.postMessage({ ready: true }, "*");

  /** A picture has the size of its drawing, and is well-formed XML. @param {string} svg */
  function sized(svg) {
    const template = document.createElement("template");
    template.innerHTML = svg;
    const root = template.content.firstElementChild;
    if (!root) throw new Error("no picture");
    const [, , width, height] = (root.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
    if (width && height) {
      root.setAttribute("width", String(Math.ceil(width)));
      root.setAttribute("height", String(Math.ceil(height)));
    }
    root.removeAttribute("style");
    return new XMLSerializer().serializeToString(root);
  }
})();
