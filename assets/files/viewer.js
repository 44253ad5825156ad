// The pictures of a message at full size, or its texts, side by side: swiped, walked and enlarged by keys, enlarged by a click.
import { ACROSS, closest, dialogOf, find } from "../dom.js";
import { open } from "../components/floating.js";
import { NONE, view } from "../live/store.js";
import { makeStore } from "../store.js";

const ID = "picture-viewer";
const STRIP = `#${ID} .viewer-strip`;

/** The files, the one in view, and its `place` among them, from 1 on. */
const viewer = makeStore({ list: /** @type {FileRow[]} */ (NONE), file: /** @type {FileRow | null} */ (null), place: 0 });
export const useViewer = viewer.use;

/** At once: a delayed announcement of a file would change twice on the way to the next one. @param {number} n */
function show(n) {
  const { list } = viewer.get();
  const at = Math.max(0, Math.min(n, list.length - 1));
  const strip = find(STRIP);
  if (strip) strip.scrollTo({ left: at * strip.clientWidth, behavior: "instant" });
  note(at);
}

/** @param {number} at */
function note(at) {
  viewer.update({ file: viewer.get().list[at] ?? null, place: at + 1 });
}

/** Show a file, beside the other files of the same kind in its message. @param {string} id */
export function viewFile(id) {
  const files = view.rows.find(({ files }) => files.some((file) => file.id === id))?.files ?? [];
  const wanted = files.find((file) => file.id === id)?.kind;
  const list = files.filter(({ kind }) => kind === wanted);
  if (!list.length) return;
  viewer.update({ list });
  open({ opens: ID });
  dialogOf(ID)?.focus(); // Safari would show a ring around its first button
  const at = list.findIndex((file) => file.id === id);
  note(at);
  requestAnimationFrame(() => show(viewer.get().place - 1)); // where one has gone by then
}

/** @param {number} by */
export const step = (by) => show(viewer.get().place - 1 + by);

/**
 * Enlarge a picture about a point, in fractions of its sides, or show it whole again.
 * @param {HTMLElement | null | undefined} place @param {boolean} [enlarged]
 */
function zoom(place, enlarged = !place?.hasAttribute("data-zoomed"), x = 0.5, y = 0.5) {
  const picture = place?.querySelector("img");
  if (!place || !picture || enlarged === place.hasAttribute("data-zoomed")) return;
  picture.style.width = enlarged ? `${Math.max(picture.naturalWidth, 2 * picture.clientWidth)}px` : "";
  place.toggleAttribute("data-zoomed", enlarged);
  const middle = { left: x * picture.clientWidth - place.clientWidth / 2, top: y * picture.clientHeight - place.clientHeight / 2 };
  place.scrollTo({ ...middle, behavior: "instant" });
}

/** @type {Record<string, boolean>} */
const ZOOMS = { "+": true, "=": true, "-": false, 0: false };

export const viewerProps = {
  onKeyDown: (/** @type {import("react").KeyboardEvent} */ event) => {
    const isPlain = !event.ctrlKey && !event.metaKey; // or the browser's own
    if (isPlain && event.key in ZOOMS) zoom(find(`${STRIP} > li:nth-child(${viewer.get().place})`), ZOOMS[event.key]);
    if (!(event.key in ACROSS) || viewer.get().list.length < 2) return;
    event.preventDefault();
    step(ACROSS[event.key]);
  },
  onClose: () => viewer.update({ list: NONE }), // no picture is loaded for nobody
};

export const stripProps = {
  onScroll: (/** @type {{ currentTarget: HTMLElement }} */ { currentTarget: strip }) => {
    const at = Math.round(strip.scrollLeft / Math.max(strip.clientWidth, 1));
    if (at !== viewer.get().place - 1) note(at);
  },
  onClick: (/** @type {import("react").MouseEvent} */ event) => {
    const picture = closest(event, "li");
    if (event.target instanceof HTMLImageElement) {
      const { left, top, width, height } = event.target.getBoundingClientRect();
      zoom(picture, undefined, (event.clientX - left) / width, (event.clientY - top) / height);
    } else if (picture?.matches(".image")) dialogOf(ID)?.close();
  },
};
