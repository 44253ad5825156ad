// Play voice messages: one at a time, by one element for all, at the speed that was chosen last.
import { useSyncExternalStore } from "react";

import { toast } from "../components/toasts.js";
import { keep, recall } from "../device.js";
import { listen, page } from "../dom.js";
import { makeStore } from "../store.js";

const KEY = "parley.speed";
const SPEEDS = [1, 1.25, 1.5, 2];

const isKnown = (/** @type {number} */ speed) => SPEEDS.includes(speed);
const player = makeStore({ id: "", playing: false, at: 0, speed: [Number(recall(KEY))].find(isKnown) ?? 1 });
export const usePlaying = player.use;
/** @type {Map<string, number>} */
const places = new Map(); // message → how far it was heard

/** @type {HTMLAudioElement | undefined} */
let element;

function audio() {
  if (element) return element;
  element = new Audio();
  element.ontimeupdate = () => player.update({ at: element?.currentTime ?? 0 });
  element.onplay = () => player.update({ playing: true });
  element.onpause = () => player.update({ playing: false });
  element.onended = () => player.update({ playing: false, at: 0 });
  element.onerror = () => {
    places.set(player.get().id, player.get().at);
    player.update({ id: "", playing: false }); // its address has expired, perhaps: the next time it is asked for anew
    toast("voice.cannotPlay", {}, { error: true });
  };
  return element;
}

/** How far a message was heard, in seconds. @param {string} id */
const placeOf = (id) => (player.get().id === id ? player.get().at : places.get(id) ?? 0);

/** @param {string} id */
const isPlaying = (id) => player.get().id === id && player.get().playing;

/** The player's state for a message. @param {"at" | "plays"} what @param {string} id */
export function usePlayer(what, id) {
  const look = () => (what === "at" ? placeOf(id) : isPlaying(id));
  return useSyncExternalStore(player.subscribe, look, look);
}

/** Load a message, where it was left. @param {string} id @param {string} src */
function load(id, src) {
  const { id: before, at } = player.get();
  if (before === id) return;
  places.set(before, at);
  const sound = audio();
  sound.src = src;
  sound.currentTime = places.get(id) ?? 0;
  player.update({ id, at: sound.currentTime, playing: false });
}

/** @param {string} id @param {string} src */
export async function playOrPause(id, src) {
  if (isPlaying(id)) return audio().pause();
  load(id, src);
  pauseOthers();
  const sound = audio();
  sound.playbackRate = player.get().speed;
  await sound.play().catch(() => {}); // said by onerror, or another is played already
}

/** @param {string} id @param {string} src @param {number} at */
export function seek(id, src, at) {
  load(id, src);
  audio().currentTime = at;
  player.update({ at });
}

export function changeSpeed() {
  const speed = SPEEDS[(SPEEDS.indexOf(player.get().speed) + 1) % SPEEDS.length];
  keep(KEY, String(speed));
  player.update({ speed });
  if (element) element.playbackRate = speed;
}

/** @param {EventTarget} [but] */
const pauseOthers = (but) =>
  /** @type {NodeListOf<HTMLMediaElement>} */ (document.querySelectorAll("audio, video")).forEach((each) => each === but || each.pause());

/** Stop whatever plays on the page. */
export function stopPlaying() {
  element?.pause();
  pauseOthers();
}

/** What the browser's own controls play is heard alone, too. @param {Event} event */
function played({ target }) {
  element?.pause();
  if (target) pauseOthers(target);
}

listen(page, { play: played }, true);
