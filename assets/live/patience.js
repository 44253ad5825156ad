// How long the browser waits for an answer to what a person asks.

import { changed, state, tell, view } from "./store.js";

const PATIENCE = 10_000; // ms without an answer, while connected, after which a thing counts as not done

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
    if (view.online && isSilent) tell("silent");
    if (!view.online || isSilent || !isHeard()) return void setTimeout(check, PATIENCE);
    giveUp();
    changed();
  };
  setTimeout(check, PATIENCE);
}
