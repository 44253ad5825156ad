// What one has begun to write, by room: it is there again after a reload.

/** @param {string} place */
const keyOf = (place) => `parley.draft.${place}`;

/** @param {string} place */
export function read(place) {
  try {
    return localStorage.getItem(keyOf(place)) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} place @param {string} text */
export function keep(place, text) {
  try {
    if (text) localStorage.setItem(keyOf(place), text);
    else localStorage.removeItem(keyOf(place));
  } catch {
    // Private windows may have no storage; the draft then lives as long as the tab.
  }
}
