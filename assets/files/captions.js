// Captions of the files in the composer. The server stores them before their message is sent.
import { request } from "../api.js";
import { closest, isComposing } from "../dom.js";
import { settled } from "../timing.js";
import { longer, mayPass, pause } from "./sending.js";
import { note, set, stateOfUploads, subscribe } from "./uploads.js";

const REST = 400; // ms after the last letter
const FIRST_WAIT = 1_000; // ms after a failure
const NEVER = new AbortController().signal;

/** @type {Set<string>} */
const saving = new Set();

/** @param {string} key */
const fileOf = (key) => stateOfUploads().list.find((each) => each.key === key);

function saveAll() {
  for (const { key, status, caption, saved } of stateOfUploads().list)
    if (status === "ready" && caption !== saved && !saving.has(key)) save(key);
}

/**
 * Save the caption of a file, including later changes; retry until the server can be reached.
 * @param {string} key
 */
async function save(key) {
  saving.add(key);
  for (let wait = FIRST_WAIT, one = fileOf(key); one?.shown && one.caption !== one.saved; one = fileOf(key)) {
    const { caption } = one;
    const told = await request("PATCH", `/attachments/${one.shown.id}`, { caption: caption.trim() });
    if (told.ok) set(key, { saved: caption, shown: told.data });
    else if (!mayPass(told.status) && told.status !== 429) {
      set(key, { status: "failed", error: told.error.code, again: true });
      break;
    } else {
      await pause(wait, NEVER);
      wait = longer(wait);
    }
  }
  saving.delete(key);
}

subscribe(settled(saveAll, REST));

export const captionProps = {
  onInput: (/** @type {import("react").FormEvent<HTMLInputElement>} */ event) => {
    const key = closest(event, "[data-file]")?.dataset.file;
    if (key) note(key, { caption: event.currentTarget.value });
  },
  onBlur: saveAll,
  onKeyDown: (/** @type {import("react").KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || isComposing(event)) return;
    event.preventDefault();
    document.getElementById("composer-input")?.focus();
  },
};
