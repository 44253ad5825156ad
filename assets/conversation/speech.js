// An answer as the site's model reads it: MP3, played while it comes where the browser can do that.
import { problemIn, send } from "../api.js";

const TYPE = "audio/mpeg";

/**
 * Have an answer read, to its end. Resolves to the problem, if there was one.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Problem | null>}
 */
export async function playSpeech(id, signal) {
  const player = new Audio();
  signal.addEventListener("abort", () => player.pause());
  try {
    const response = await send("POST", `/messages/${id}/speech`, undefined, signal);
    if (!response.ok || !response.body) return problemIn(await response.json().catch(() => null));
    await played(player, response);
    return null;
  } catch {
    return { code: "speech_interrupted", details: {} };
  } finally {
    URL.revokeObjectURL(player.src);
  }
}

/** @param {HTMLAudioElement} player @param {Response} response */
async function played(player, response) {
  const over = new Promise((done, fail) => Object.assign(player, { onended: done, onerror: fail, onpause: () => player.ended || fail(new Error("paused")) }));
  if (globalThis.MediaSource?.isTypeSupported(TYPE)) {
    const source = new MediaSource();
    player.src = URL.createObjectURL(source);
    const begun = player.play();
    await Promise.all([begun, over, fill(source, /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body))]);
  } else {
    player.src = URL.createObjectURL(await response.blob());
    await Promise.all([player.play(), over]);
  }
}

/** @param {MediaSource} source @param {ReadableStream<Uint8Array<ArrayBuffer>>} body */
async function fill(source, body) {
  await once(source, "sourceopen");
  const buffer = source.addSourceBuffer(TYPE);
  const pieces = body.getReader();
  for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
    const taken = once(buffer, "updateend");
    buffer.appendBuffer(piece.value);
    await taken;
  }
  source.endOfStream();
}

/** @param {EventTarget} target @param {string} kind */
const once = (target, kind) => new Promise((done) => target.addEventListener(kind, done, { once: true }));
