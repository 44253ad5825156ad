// The emoji with which one has reacted of late, on this device.

const KEY = "parley.reactions";
const KEPT = 16;
const AT_HAND = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏"];

export function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept.filter((emoji) => typeof emoji === "string") : [];
  } catch {
    return []; // storage may be forbidden
  }
}

export function noteUse(emoji) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([emoji, ...recent()])].slice(0, KEPT)));
  } catch {
    // storage may be forbidden
  }
}

/** The few that are offered first. */
export const atHand = () => [...new Set([...recent(), ...AT_HAND])].slice(0, AT_HAND.length);
