// Reduce the volume of a recording to a few numbers. Pure.
import { PEAK_MAX, PEAKS_MAX } from "../rules.js";

const MIDDLE = 128; // of a byte of sound
const LOUD = 0.35; // what a voice close by reaches: louder is not higher

/** How loud some sound is, from 0 to 1. @param {Uint8Array} bytes */
export function levelOf(bytes) {
  const sum = bytes.reduce((all, each) => all + ((each - MIDDLE) / MIDDLE) ** 2, 0);
  return Math.min(1, Math.sqrt(sum / Math.max(bytes.length, 1)) / LOUD);
}

/** The peaks of a recording: of each part of the same length, the loudest level. @param {number[]} levels @returns {number[]} */
export function peaksOf(levels) {
  const count = Math.max(1, Math.min(levels.length, PEAKS_MAX));
  return Array.from({ length: count }, (_, n) => {
    const part = levels.slice(Math.floor((n * levels.length) / count), Math.floor(((n + 1) * levels.length) / count));
    return Math.round(PEAK_MAX * Math.max(0, ...part));
  });
}

const NEAR = 1; // seconds that an arrow key moves in a short recording
const FAR = 5;
const SHORT = 30;

/** Where a key moves in a recording; undefined for other keys. @param {string} key @param {number} at @param {number} seconds */
export function movedBy(key, at, seconds) {
  const step = seconds < SHORT ? NEAR : FAR;
  const by = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[key];
  return by && Math.max(0, Math.min(seconds, at + by));
}
