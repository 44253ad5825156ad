// What is kept on this device, in all tabs, where the browser lets it be kept: some private windows do not. And what it is like.

/** Whether fingers point here: a keyboard would come up over the page. */
export const isTouch = () => typeof matchMedia !== "undefined" && matchMedia("(pointer: coarse)").matches;

export const hasKeyboard = () => !isTouch();

/** @param {string} key */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** The ends of the keys that begin with `start`. @param {string} start */
export function recallEnds(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  } catch {
    return [];
  }
}

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

/** Keep `value`; nothing of it if it is empty. @param {string} key @param {string} value */
export function keep(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // then for this page alone
  }
}

/** What the site is called: the server says it in the head of the page, where it is not Parley. */
export const siteName = () => document.querySelector('meta[name="application-name"]')?.getAttribute("content") || "Parley";
