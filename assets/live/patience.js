// How long a person's requests wait for the server before they count as not done, and when the connection is made anew.

import { changed, state, tell, view } from "./store.js";

const PATIENCE = 10_000; // ms without an answer, while connected, after which a thing counts as not done
const LONGEST = 160_000; // ms that a connection is given at most before the next is made

/**
 * Call `giveUp` once the server has not answered for long. Where it has said nothing else either, the connection may be dead without the
 * browser knowing: another is made instead, by which everything is sent again.
 * @param {() => boolean} isWanted @param {() => void} giveUp @param {() => boolean} [isHeard] whether the answer would be heard now
 */
export function giveUpLater(isWanted, giveUp, isHeard = () => true) {
  const { heard } = state;
  const check = () => {
    if (!isWanted()) return;
    const isSilent = state.heard === heard;
    if (view.online && isSilent) connectAnew();
    if (!view.online || isSilent || !isHeard()) return void setTimeout(check, PATIENCE);
    giveUp();
    changed();
  };
  setTimeout(check, PATIENCE);
}

let [given, next, heardBefore] = [0, 0, -1]; // ms for the last connection, when another may be made, what was heard before it

/**
 * Make another connection. Whatever was asked, one is made at a time, and each is given twice as long as the last while nothing is heard:
 * the server may only be slow, and new connections make it slower.
 */
function connectAnew() {
  if (Date.now() < next) return;
  given = state.heard === heardBefore ? Math.min(2 * given, LONGEST) : PATIENCE;
  [next, heardBefore] = [Date.now() + given, state.heard];
  tell("silent");
}
