// Handle refusals: an optimistic change is undone, and a temporary refusal is retried.

import { stayHere } from "./asides.js";
import { dropLook } from "./branches.js";
import { forget } from "./listing.js";
import { dropWants } from "./marks.js";
import { refuse } from "./outbox.js";
import { leavePast } from "./past.js";
import { gathered } from "../timing.js";
import { currentFeed, feedOf, state, tell } from "./store.js";
import { dropTranslation } from "./translations.js";

const ARRIVE_AGAIN = 1500; // ms after which who could not be let in for now asks again
const PASSING = new Set(["unavailable", "busy"]);

const arriveAgain = gathered(() => tell("send", "arrive", {}), () => ARRIVE_AGAIN * (1 + Math.random())); // not all at once

/** @param {RefusedOp} op */
export function refused(op) {
  if (op.code === "not_signed_in") return tell("signedOut");
  if (PASSING.has(op.code) && (op.about === "arrive" || (op.about === state.current && !feedOf(op.about).ready)))
    return arriveAgain();
  dropWants(op.about);
  dropLook(op.about);
  dropTranslation(op.about);
  if (refuse(op)) return;
  if (op.about === state.current) stayHere();
  const feed = currentFeed();
  if (feed?.past && !feed.past.ready && op.about === feed.target?.id) leavePast(feed);
  if (op.code === "room_not_found" && op.about === state.current) forget(op.about);
  else tell("refused", op);
}
