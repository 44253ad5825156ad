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
    async ({ source, data }) => {
      try {
        globalThis.mermaid.initialize(OPTIONS);
        const { svg } = await globalThis.mermaid.render("diagram", data);
        source.postMessage({ svg: sized(svg) }, "*");
      } catch {
        source.postMessage({}, "*");
      }
    },
    { once: true },
  );
  parent.postMessage({ ready: true }, "*");

  /** A picture has the size of its drawing, and is well-formed XML. */
  function sized(svg) {
    const template = document.createElement("template");
    template.innerHTML = svg;
    const root = template.content.firstElementChild;
    const [, , width, height] = (root.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
    if (width && height) {
      root.setAttribute("width", Math.ceil(width));
      root.setAttribute("height", Math.ceil(height));
    }
    root.removeAttribute("style");
    return new XMLSerializer().serializeToString(root);
  }
})();
