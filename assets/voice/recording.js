// Record a voice message: by a click on the microphone until the next one, or for as long as it is held.
import { clock } from "../amounts.js";
import { listen, onEscape, tab } from "../dom.js";
import { take } from "../files/taking.js";
import { placeOfFiles } from "../files/uploads.js";
import { current } from "../i18n.js";
import { warn } from "../components/toasts.js";
import { VOICE_SECONDS_MAX } from "../rules.js";
import { makeStore } from "../store.js";
import { levelOf, peaksOf } from "./measuring.js";
import { drawBars } from "./drawing.js";
import { stopPlaying } from "./playing.js";

const HOLD = 300; // ms: shorter is a click
const TICK = 50; // ms
const BITS = 48_000; // a second: enough for a voice
const TYPES = { "audio/webm;codecs=opus": "webm", "audio/mp4": "m4a" };
/** @type {Record<string, string>} */
const PROBLEMS = { NotAllowedError: "voice.refused", NotFoundError: "voice.missing", NotReadableError: "voice.busy" };

const recorder = makeStore({ status: /** @type {RecorderStatus} */ ("idle"), time: clock(0) });
export const { use: useRecorder, subscribe: hearRecorder } = recorder;

/** @type {Recording | null} */
let now = null;
/** @type {HTMLCanvasElement | null} */
let canvas = null;

/** Whether something is recorded that can be sent. */
export const isRecording = () => !!now;

/** @param {string} problem */
function fail(problem) {
  recorder.update({ status: "idle" });
  warn(problem);
}

/** @returns {Promise<MediaStream | undefined>} */
async function microphone() {
  if (!window.isSecureContext) return void fail("voice.insecure");
  if (!navigator.mediaDevices || typeof MediaRecorder === "undefined") return void fail("voice.unsupported");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  } catch (error) {
    fail(PROBLEMS[/** @type {Error} */ (error).name] ?? "voice.failed");
  }
}

/** Begin to record. The result is passed to `then`. @param {Recording["then"]} [then] */
export async function record(then = keep) {
  if (recorder.get().status !== "idle") return;
  stopPlaying();
  recorder.update({ status: "asking", time: clock(0) });
  const place = placeOfFiles();
  const stream = await microphone();
  if (!stream) return;
  const type = Object.keys(TYPES).find((each) => MediaRecorder.isTypeSupported(each));
  if (recorder.get().status !== "asking" || !type) {
    release(stream);
    if (!type) fail("voice.unsupported");
    return;
  }
  const sound = new AudioContext();
  const analyser = sound.createAnalyser();
  sound.createMediaStreamSource(stream).connect(analyser);
  const media = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS });
  now = { media, stream, sound, analyser, place, then, levels: [], parts: [], since: performance.now(), before: 0, timer: setInterval(tick, TICK) };
  media.ondataavailable = ({ data }) => now?.parts.push(data);
  for (const track of stream.getTracks()) track.onended = () => void finish(); // unplugged
  media.start();
  recorder.update({ status: "recording" });
}

/** @param {MediaStream} stream */
const release = (stream) => stream.getTracks().forEach((track) => track.stop());

const elapsed = () => (now ? now.before + (now.media.state === "recording" ? performance.now() - now.since : 0) / 1000 : 0);

function tick() {
  if (!now || now.media.state !== "recording") return;
  const bytes = new Uint8Array(now.analyser.fftSize);
  now.analyser.getByteTimeDomainData(bytes);
  now.levels.push(levelOf(bytes));
  if (canvas) drawBars(canvas, now.levels);
  recorder.update({ time: clock(elapsed()) });
  if (elapsed() >= VOICE_SECONDS_MAX) finish();
}

export function pauseOrResume() {
  if (now?.media.state === "recording") {
    now.before = elapsed();
    now.media.pause();
    recorder.update({ status: "paused" });
  } else if (now) {
    now.since = performance.now();
    now.media.resume();
    recorder.update({ status: "recording" });
  }
}

/** End the recording, and pass on the result. @param {Recording["then"]} [then] @returns {Promise<void>} */
export async function finish(then = now?.then) {
  if (!now || !then || now.media.state === "inactive") return;
  const { media, place, levels, parts } = now;
  const seconds = Math.min(elapsed(), VOICE_SECONDS_MAX);
  await new Promise((done) => {
    media.onstop = done;
    media.stop();
  });
  if (!now) return; // given up meanwhile
  close();
  const blob = new Blob(parts, { type: media.mimeType });
  if (blob.size) await then(blob, { seconds: Math.max(0.1, Math.round(seconds * 10) / 10), peaks: peaksOf(levels) }, place);
}

/** Discard the recording. */
export function discard() {
  if (now && now.media.state !== "inactive") now.media.stop();
  close();
}

function close() {
  if (now) {
    clearInterval(now.timer);
    release(now.stream);
    now.sound.close();
  }
  now = null;
  recorder.update({ status: "idle" });
}

/** @type {Recording["then"]} */
function keep(blob, voice, place) {
  const ending = Object.entries(TYPES).find(([type]) => blob.type.startsWith(type.split(";")[0]))?.[1];
  const at = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16).replace("T", " ").replace(":", ".");
  take([new File([blob], `${current()("voice.name", { at })}.${ending}`, { type: blob.type })], voice, place);
}

let isPressed = false; // by a pointer, whose click comes later

/** What the microphone does: pressed shortly it begins or ends a recording; held, it records until it is let go. */
export const microphoneProps = {
  onPointerDown: (/** @type {import("react").PointerEvent} */ { button, timeStamp: since }) => {
    isPressed = !button && recorder.get().status === "idle";
    if (!isPressed) return;
    record();
    const released = (/** @type {Event} */ { timeStamp }) => {
      stop();
      if (timeStamp - since > HOLD) finish(); // unless one was still being asked for the microphone
    };
    const stop = listen(window, { pointerup: released, pointercancel: released });
  },
  onClick: (/** @type {import("react").MouseEvent} */ { detail }) => {
    const wasPressed = isPressed && detail > 0;
    isPressed = false;
    if (wasPressed) return;
    if (now) finish();
    else record();
  },
  onContextMenu: (/** @type {import("react").MouseEvent} */ event) => event.preventDefault(), // Android's, of what is held
};

export const canvasProps = {
  ref: (/** @type {HTMLCanvasElement | null} */ element) => {
    canvas = element;
  },
};

onEscape(() => recorder.get().status !== "idle", discard);
listen(tab, { beforeunload: (event) => now && event.preventDefault() });
