// Dictation: a model transcribes the recording, and the text is inserted at the caret. The recording is not stored.
import { request } from "../api.js";
import { listen, onEscape, tab } from "../dom.js";
import { mayPass } from "../files/sending.js";
import { tell, view } from "../live/store.js";
import { makeStore } from "../store.js";
import { finish } from "./recording.js";

const LONGEST = 150_000; // ms: longer than any transcription takes

const dictation = makeStore({ status: /** @type {DictationStatus} */ ("idle"), error: "", limit: 0, wait: 0, again: false });
export const useDictation = dictation.use;

/** @type {{ sound: Blob, place: string } | null} */
let said = null;
let stop = new AbortController();

/** End the recording, and have it transcribed. */
export const dictate = () =>
  finish(async (sound, _, place) => {
    said = { sound, place };
    await writeDown();
  });

/** Have the recording transcribed; again if that has failed. */
export async function writeDown() {
  if (!said) return;
  const { sound, place } = said;
  stop = new AbortController();
  const { signal } = stop;
  dictation.update({ status: "writing", error: "", again: false });
  const path = view.room?.id === place ? `/rooms/${place}/dictation` : "/me/dictation";
  const told = await request("POST", path, sound, AbortSignal.any([signal, AbortSignal.timeout(LONGEST)]));
  if (signal.aborted) return;
  if (!told.ok) return fail(told);
  if (!told.data.text) return dictation.update({ status: "empty" });
  drop();
  tell("dictated", place, told.data.text);
}

/** @param {Reply} told */
function fail({ status, error }) {
  const { code, details } = /** @type {Problem} */ (error);
  const again = mayPass(status) || status === 429 || code.startsWith("llm_");
  dictation.update({ status: "failed", error: code, again, limit: Number(details?.maximum ?? 0), wait: Number(details?.retry_after ?? 1) });
}

/** Discard the recording. */
export function drop() {
  stop.abort();
  said = null;
  dictation.update({ status: "idle", error: "" });
}

onEscape(() => dictation.get().status === "writing", drop);
listen(tab, { beforeunload: (event) => said && event.preventDefault() });
