// The site's brand in the head of the page, where the server has written it: an admin may change it while the page is open.
import { SITE } from "../device.js";
import { state } from "./store.js";

/** The icons of the page, and Parley's own. @type {[rel: string, address: string, type: string][]} */
const ICONS = [["icon", "/favicon.svg", "image/svg+xml"], ["apple-touch-icon", "/apple-touch-icon.png", ""]];

/** Show a brand; missing parts are Parley's. @param {import("../wire.js").BrandJson} [brand] */
export function showBrand({ name, styles, icon } = { name: "", styles: "", icon: "" }) {
  state.siteName = name || SITE;
  const shown = document.querySelector("style[data-brand]") ?? (styles && document.head.appendChild(styleElement()));
  if (shown && shown.textContent !== styles) shown.textContent = styles;
  for (const [rel, address, type] of ICONS) {
    const link = /** @type {HTMLLinkElement | null} */ (document.querySelector(`link[rel="${rel}"]`));
    if (!link || link.getAttribute("href") === (icon || address)) continue;
    if (type) link.type = icon ? "image/png" : type;
    link.href = icon || address;
  }
}

function styleElement() {
  const style = document.createElement("style");
  style.dataset.brand = "";
  return style;
}
