// Values that are stored on this device, for all tabs, if the browser allows it: some private windows do not. And
// properties of the device.

/** Whether fingers point here: a keyboard would come up over the page. */
export const isTouch = () => typeof matchMedia !== "undefined" && matchMedia("(pointer: coarse)").matches;

/** Use the stored values; null if nothing can be stored. @template T @param {(kept: Storage) => T} act */
function attempt(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

/** @param {string} key */
export const recall = (key) => attempt((kept) => kept.getItem(key));

/** Store `value`; remove the entry if it is empty. @param {string} key @param {string} value */
export const keep = (key, value) => attempt((kept) => (value ? kept.setItem(key, value) : kept.removeItem(key)));

/** The ends of the keys that begin with `start`. @param {string} start */
export const recallEnds = (start) => (attempt(Object.keys) ?? []).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));

/**
 * The values that were used last on this device, the latest first: at most `most` words without spaces.
 * @param {string} key @param {number} most
 */
export function makeRecent(key, most) {
  let list = recall(key)?.split(" ") ?? [];
  return {
    get: () => list,
    /** Note that one is used; returns whether that is new. @param {string | null | undefined} word */
    note(word) {
      if (!word || word === list[0]) return false;
      list = [word, ...list.filter((other) => other !== word)].slice(0, most);
      keep(key, list.join(" "));
      return true;
    },
  };
}

/** The name of a site without its own name. */
export const SITE = "Parley";

/** The site's name: the server writes it into the head of the page, if it is not Parley. */
export const siteName = () => (typeof document === "undefined" ? null : document.querySelector('meta[name="application-name"]')?.getAttribute("content")) || SITE;

/** Where an icon of the site is: the server says it in the head of the page, where it is not Parley's. @param {string} rel @param {string} builtIn */
export const iconAddress = (rel, builtIn) => (typeof document === "undefined" ? null : document.querySelector(`link[rel="${rel}"]`)?.getAttribute("href")) ?? builtIn;
