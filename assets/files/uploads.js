// The files of a message that is being written: chosen, uploaded while the person continues writing, and sent with it.
import { generateUUID } from "$/utils/state";
import { request } from "../api.js";
import { warn } from "../components/toasts.js";
import { find, listen, tab } from "../dom.js";
import { previews } from "../live/files.js";
import { NONE } from "../live/store.js";
import { ATTACHMENTS_MAX } from "../rules.js";
import { makeStore } from "../store.js";
import { filesOf, forgetFile, keepFile, keepNote } from "./kept.js";
import { ask, longer, mayPass, pause, sendFile } from "./sending.js";
import { hearTabs, showCaption, tellTabs } from "./tabs.js";

const AT_ONCE = 2; // uploads
const ANEW = 3; // times that a file is sent once more, of which the storage has lost bytes
const CHECKED_AGAIN = 1_500; // ms
const ANSWERED = 120_000; // ms after which an answer is asked for again: it may have been lost with its connection
const HOME = "home";
const FINAL = /^(file_(?!not_ready)|attachment)/; // what was found in a file stays so

/** @type {Map<string, ChosenFile>} */
const files = new Map();
/** @type {Map<string, AbortController>} */
const running = new Map();
/** @type {Map<string, ChosenFile>} */
const sent = new Map(); // attachment → what was taken for a message, which may come back
let place = HOME;

const uploads = makeStore({ list: /** @type {ChosenFile[]} */ (NONE), any: false, ready: true, failed: false, unkept: false });
export const useUploads = uploads.use;
export const subscribe = uploads.subscribe;

const here = () => [...files.values()].filter((each) => each.place === place).sort((one, other) => one.at - other.at);

/** Whether it can be sent with its message: uploaded, with its caption saved. @param {ChosenFile} file */
const isReady = ({ status, caption, saved }) => status === "ready" && caption === saved;

function publish() {
  const list = here();
  const failed = list.some(({ status }) => status === "failed");
  uploads.update({ list, any: list.length > 0, ready: list.every(isReady), failed, unkept: list.some(({ kept }) => !kept) });
}

/** @param {string} key @param {Partial<ChosenFile>} change */
export function set(key, change) {
  const before = files.get(key);
  if (!before) return;
  files.set(key, { ...before, ...change });
  publish();
}

/**
 * Change a file's place among the others, or its caption: in every tab.
 * @param {string} key @param {Partial<FileNote>} change
 */
export function note(key, change) {
  set(key, change);
  const one = files.get(key);
  if (!one) return;
  keepNote(one);
  tellTabs({ key, note: { at: one.at, caption: one.caption } });
}

export const stateOfUploads = uploads.get;

/** Show the files of another place, including files that were chosen there before a reload. @param {string} now */
export async function openFiles(now) {
  place = now;
  publish();
  for (const kept of await filesOf(now)) if (!files.has(kept.key)) add(kept);
}

export const placeOfFiles = () => place;

/** Scroll to a file, once it is drawn. @param {string} [key] */
const showFile = (key) => requestAnimationFrame(() => find(`[data-file="${key}"]`)?.scrollIntoView({ block: "nearest" }));
export const showFailed = () => showFile(here().find(({ status }) => status === "failed")?.key);

/** @param {Iterable<File>} chosen @param {Voice} [voice] what is known of one that was recorded @param {string} [at] */
export function chooseFiles(chosen, voice, at = place) {
  const list = [...chosen];
  const free = ATTACHMENTS_MAX - [...files.values()].filter((each) => each.place === at).length;
  if (list.length > free) warn("errors.attachments_limit", { maximum: ATTACHMENTS_MAX });
  for (const [n, file] of list.slice(0, free).entries()) {
    const kept = { key: generateUUID(), place: at, file, name: file.name, at: Date.now() + n, id: "", voice };
    add(kept);
    store(kept);
  }
  showFile(here().at(-1)?.key);
}

/** Store a file for after a reload; if the browser has no space for it, continue and say so. @param {KeptFile} one */
async function store({ key, place, file, name, at, id, voice }) {
  set(key, { kept: await keepFile({ key, place, file, name, at, id, voice }) });
}

/** @param {KeptFile & Partial<FileNote>} kept */
function add(kept) {
  const { key, file, voice } = kept;
  const image = /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(file.type);
  const preview = image || voice ? URL.createObjectURL(file) : "";
  files.set(key, { caption: "", seconds: 0, peaks: NONE, ...voice, ...kept, size: file.size, type: file.type, preview, status: "waiting", sent: 0, error: "", limit: 0, again: false, saved: "", kept: true });
  publish();
  go();
}

const roomless = new Set([HOME]); // places whose room is not there yet

/** @param {string} nonce of a room that is being made */
export const awaitRoom = (nonce) => void roomless.add(nonce);

/** Begin the next uploads, where there is a room. */
function go() {
  for (const { key, place, status } of files.values())
    if (status === "waiting" && !roomless.has(place) && running.size < AT_ONCE && !running.has(key)) upload(key);
}

/** @param {string} key */
async function upload(key) {
  const stop = new AbortController();
  running.set(key, stop);
  const problem = await bring(key, stop.signal);
  running.delete(key);
  if (problem && !stop.signal.aborted) set(key, { status: "failed", error: problem.code, again: !FINAL.test(problem.code), limit: Number(problem.details?.maximum ?? 0) });
  go();
}

/** @param {string} key @param {AbortSignal} signal @returns {Promise<Problem | null | undefined>} what was wrong */
async function bring(key, signal) {
  const one = files.get(key);
  if (!one) return null;
  set(key, { status: "uploading", sent: 0 });
  const { file, name, size, type: mime_type, voice } = one;
  const waiting = (/** @type {boolean} */ waits) => set(key, { status: waits ? "offline" : "uploading" });
  const announce = () => ask(`/rooms/${one.place}/attachments`, { waiting, signal }, { name, size, mime_type, voice });
  let told = await (one.id ? ask(`/attachments/${one.id}/resume`, { waiting, signal }) : announce());
  if (told.status === 404 && one.id) told = await announce();
  for (let n = 0; ; n += 1) {
    if (!told.ok) return told.error;
    const { id, upload } = told.data;
    if (signal.aborted) return discard(id);
    set(key, { id });
    store({ ...one, place: files.get(key)?.place ?? one.place, id });
    const progress = (/** @type {number} */ sent) => set(key, { sent });
    const problem = (upload && (await sendFile(id, file, upload, { progress, waiting, signal }))) ?? (await examined(key, id, signal));
    if (problem?.code !== "file_not_ready" || n >= ANEW) return problem;
    set(key, { status: "uploading", sent: 0 });
    told = await ask(`/attachments/${id}/resume`, { waiting, signal });
  }
}

/** Let the server examine the uploaded file. @param {string} key @param {string} id @param {AbortSignal} signal @returns {Promise<Problem | null | undefined>} */
async function examined(key, id, signal) {
  set(key, { status: "checking", sent: files.get(key)?.size ?? 0 });
  for (let wait = CHECKED_AGAIN; ; ) {
    const told = await request("POST", `/attachments/${id}/complete`, undefined, AbortSignal.timeout(ANSWERED));
    if (signal.aborted) return null;
    if (told.ok) {
      const { preview } = files.get(key) ?? {};
      if (preview) previews.set(id, preview);
      set(key, { status: "ready", shown: told.data, saved: told.data.caption ?? "" });
      return null;
    }
    const checked = told.error?.code === "file_is_checked";
    if (!checked && !mayPass(told.status) && told.status !== 429) return told.error;
    wait = checked ? CHECKED_AGAIN : longer(wait);
    await pause(wait, signal);
    if (signal.aborted) return null;
  }
}

/** Another tab may have sent it meanwhile: then it stays. @param {string} id */
const discard = (id) => void (id && request("DELETE", `/attachments/${id}?unsent=true`));

/** Take a file out of the composer, and return its id. @param {string} key */
function drop(key) {
  running.get(key)?.abort();
  const { id = "", preview = "" } = files.get(key) ?? {};
  files.delete(key);
  previews.delete(id);
  if (preview) URL.revokeObjectURL(preview);
  publish();
  go();
  return id;
}

/** @param {string} key */
export function removeFile(key) {
  const id = drop(key);
  forgetFile(key);
  tellTabs({ key, id });
  discard(id);
}

hearTabs(({ key, id, note: changed }) => {
  if (!files.has(key)) return;
  if (changed) {
    set(key, changed);
    showCaption(key, changed.caption);
    return;
  }
  const own = drop(key);
  if (own !== id) discard(own); // both have announced it
});

/** @param {string} key */
export function retryFile(key) {
  const { id = "", error = "" } = files.get(key) ?? {};
  // What was examined and refused is announced anew: it may be another state of the server that refused it.
  set(key, { status: "waiting", error: "", id: /^(offline|storage_full|upload_stalled|file_not_ready)$/.test(error) ? id : "" });
  go();
}

/** The files of this place, for a message that goes now. @returns {AttachmentShown[]} */
export function takeFiles() {
  const list = here();
  for (const { key, shown } of list) {
    if (shown) sent.set(shown.id, /** @type {ChosenFile} */ (files.get(key)));
    files.delete(key);
    forgetFile(key);
    tellTabs({ key, id: shown?.id });
  }
  publish();
  return list.flatMap(({ shown }) => (shown ? [shown] : []));
}

/** Put the files of a message that was not sent back into the composer. @param {string[]} ids */
export function giveBack(ids) {
  for (const id of ids) {
    const one = sent.get(id);
    if (!one) continue;
    files.set(one.key, { ...one, place });
    keepNote(one);
    store({ ...one, place, id });
  }
  publish();
}

/** Move the files of a room that did not exist yet to it. @param {string} from @param {string} to */
export function moveFiles(from, to) {
  if (place === from) place = to;
  for (const one of [...files.values()].filter((each) => each.place === from)) {
    files.set(one.key, { ...one, place: to });
    store({ ...one, place: to });
  }
  publish();
  go();
}

listen(tab, { beforeunload: (event) => [...files.values()].some(({ kept }) => !kept) && event.preventDefault() });
