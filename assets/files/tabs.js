// Share the composer's files, their order and captions with the other tabs of this browser. Files that one tab has sent
// or removed disappear from the others.
import { find } from "../dom.js";

/** @typedef {{ key: string, id?: string, note?: FileNote }} ToldOfFile what has gone with this id, or what was noted */

const channel = typeof document === "undefined" ? null : new BroadcastChannel("parley.files");

/** @param {ToldOfFile} message */
export const tellTabs = (message) => channel?.postMessage(message);

/** @param {(message: ToldOfFile) => void} listener */
export function hearTabs(listener) {
  if (channel) channel.onmessage = ({ data }) => listener(data);
}

/** Show what another tab has written: the field keeps what is typed, so that it is told. @param {string} key @param {string} caption */
export function showCaption(key, caption) {
  const field = /** @type {HTMLInputElement | null} */ (find(`[data-file="${CSS.escape(key)}"] .chosen-caption`));
  if (field && field !== document.activeElement) field.value = caption;
}
