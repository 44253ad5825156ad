// The emoji with which one has reacted of late, on this device.

import { keep, recall } from "../../device.js";
import { canonical } from "./canonical.js";

const KEY = "parley.reactions";
const KEPT = 16;
const AT_HAND = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏"];

/** @returns {string[]} */
export function recent() {
  try {
    const kept = JSON.parse(recall(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((emoji) => typeof emoji === "string").map(canonical) : [];
  } catch {
    return []; // somebody else wrote there
  }
}

/** @param {string} emoji */
export const noteUse = (emoji) => keep(KEY, JSON.stringify([...new Set([canonical(emoji), ...recent()])].slice(0, KEPT)));

/** The few that are offered first. */
export const atHand = () => [...new Set([...recent(), ...AT_HAND])].slice(0, AT_HAND.length);
