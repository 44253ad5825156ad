// Play voice messages: one at a time, by one element for all, at the speed that was chosen last.
import { warn } from "../components/toasts.js";
import { keep, recall } from "../device.js";
import { listen, page } from "../dom.js";
import { makeStore } from "../store.js";
import { movedBy } from "./measuring.js";

const KEY = "parley.speed";
const SPEEDS = [1, 1.25, 1.5, 2];

const isKnown = (/** @type {number} */ speed) => SPEEDS.includes(speed);
const player = makeStore({ plays: "", speed: [Number(recall(KEY))].find(isKnown) ?? 1 }); // the message that is heard
export const usePlaying = player.use;
const places = makeStore(/** @type {Record<string, number>} */ ({})); // message → how far it was heard, in seconds

/** How far a message was heard. @param {"at"} _ @param {string} id */
export const usePlace = (_, id) => places.use(id) ?? 0;

let loaded = ""; // the message that the element has
/** @type {HTMLAudioElement | undefined} */
let element;

function audio() {
  if (element) return element;
  element = new Audio();
  element.ontimeupdate = () => loaded && places.update({ [loaded]: element?.currentTime ?? 0 });
  element.onplay = () => player.update({ plays: loaded });
  element.onpause = () => player.update({ plays: "" });
  element.onended = () => {
    player.update({ plays: "" });
    places.update({ [loaded]: 0 });
  };
  element.onerror = () => {
    loaded = ""; // its address has expired, perhaps: the next time it is asked for anew
    player.update({ plays: "" });
    warn("voice.cannotPlay");
  };
  return element;
}

/** Load a message, where it was left. @param {string} id @param {string} src */
function load(id, src) {
  if (loaded === id) return;
  const sound = audio();
  loaded = id;
  sound.src = src;
  sound.currentTime = places.get()[id] ?? 0;
  player.update({ plays: "" });
}

/** @param {string} id @param {string} src */
export async function playOrPause(id, src) {
  if (player.get().plays === id) return audio().pause();
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
  places.update({ [id]: at });
}

export function changeSpeed() {
  const speed = SPEEDS[(SPEEDS.indexOf(player.get().speed) + 1) % SPEEDS.length];
  keep(KEY, String(speed));
  player.update({ speed });
  if (element) element.playbackRate = speed;
}

/** A player's slider says of which file it is. @param {{ dataset: DOMStringMap }} slider @param {number} to */
const move = ({ dataset: { file = "", src = "" } }, to) => seek(file, src, to);

export const sliderProps = {
  onChange: (/** @type {{ target: HTMLInputElement }} */ { target }) => move(target, Number(target.value)),
  onKeyDown: (/** @type {import("react").KeyboardEvent<HTMLInputElement>} */ event) => {
    const { currentTarget: slider } = event;
    const to = movedBy(event.key, Number(slider.value), Number(slider.max));
    if (to === undefined) return;
    event.preventDefault();
    move(slider, to);
  },
};

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
