// The emoji with which one has reacted of late, on this device.

import { makeRecent } from "../../device.js";
import { canonical } from "../../canonical.js";

const AT_HAND = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏"];
const used = makeRecent("parley.emoji", 16);

export const recent = used.get;

/** @param {string} emoji */
export const noteUse = (emoji) => used.note(canonical(emoji));

/** The few that are offered first. */
export const atHand = () => [...new Set([...recent(), ...AT_HAND])].slice(0, AT_HAND.length);
