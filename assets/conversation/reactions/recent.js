// The emoji with which one has reacted of late, on this device.

import { canonical } from "./canonical.js";

const KEY = "parley.reactions";
const KEPT = 16;
const AT_HAND = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏"];

/** @returns {string[]} */
export function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((emoji) => typeof emoji === "string").map(canonical) : [];
  } catch {
    return []; // storage may be forbidden
  }
}

/** @param {string} emoji */
export function noteUse(emoji) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([canonical(emoji), ...recent()])].slice(0, KEPT)));
  } catch {
    // storage may be forbidden
  }
}

/** The few that are offered first. */
export const atHand = () => [...new Set([...recent(), ...AT_HAND])].slice(0, AT_HAND.length);
