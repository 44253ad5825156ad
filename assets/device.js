// What is kept on this device, in all tabs, where the browser lets it be kept: some private windows do not. And what it is like.

/** Whether fingers point here: a keyboard would come up over the page. */
export const isTouch = () => typeof matchMedia !== "undefined" && matchMedia("(pointer: coarse)").matches;

/** Do something with what is kept; null where nothing can be. @template T @param {(kept: Storage) => T} act */
function attempt(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

/** @param {string} key */
export const recall = (key) => attempt((kept) => kept.getItem(key));

/** Keep `value`; nothing of it if it is empty. @param {string} key @param {string} value */
export const keep = (key, value) => attempt((kept) => (value ? kept.setItem(key, value) : kept.removeItem(key)));

/** The ends of the keys that begin with `start`. @param {string} start */
export const recallEnds = (start) => (attempt(Object.keys) ?? []).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));

/** What was used last on this device, the latest first: `most` words without spaces. @param {string} key @param {number} most */
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

/** What a site without a name of its own is called. */
export const SITE = "Parley";

/** What the site is called: the server says it in the head of the page, where it is not Parley. */
export const siteName = () => (typeof document === "undefined" ? null : document.querySelector('meta[name="application-name"]')?.getAttribute("content")) || SITE;

/** Where an icon of the site is: the server says it in the head of the page, where it is not Parley's. @param {string} rel @param {string} builtIn */
export const iconAddress = (rel, builtIn) => (typeof document === "undefined" ? null : document.querySelector(`link[rel="${rel}"]`)?.getAttribute("href")) ?? builtIn;
