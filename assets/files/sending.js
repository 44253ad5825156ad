// Send the bytes of a file to the addresses that the server has named, part by part, until they are there.
import { request } from "../api.js";

const FIRST_WAIT = 1_000; // ms after a failure
const LONGEST_WAIT = 15_000;
const ANEW = 3; // times that new addresses are asked for after a refusal
const STALLED = 20_000; // ms without any progress after which a connection is taken for dead: nothing else may tell
const STALLED_MAX = 120_000;
const STALLS = 2; // in a row, after which people are asked: a frozen bucket takes what the kernel holds, and says nothing
const SLOW = 408;
const FULL = 507;

/** Doubled by each stall until something gets through: on a slow line, bytes that the kernel holds look like none. */
let patience = STALLED;

/** Whether something may succeed later, without anybody doing anything. @param {number} status of an answer, 0 where none came */
export const mayPass = (status) => status !== FULL && (!status || status >= 500);

/** @param {number} wait */
export const longer = (wait) => Math.min(2 * wait, LONGEST_WAIT);

/** @param {number} ms @param {AbortSignal} signal */
export const pause = (ms, signal) =>
  new Promise((done) => {
    const timer = setTimeout(done, ms, undefined);
    for (const name of ["online", "focus"]) window.addEventListener(name, () => done(undefined), { once: true, signal });
    signal.addEventListener("abort", () => (clearTimeout(timer), done(undefined)), { once: true });
  });

/**
 * Send one part; gives the status of the answer, 0 where none came, and 408 where nothing went on.
 * @param {string} url
 * @param {Blob} body
 * @param {Record<string, string>} headers
 * @param {(sent: number) => void} progress
 * @param {AbortSignal} signal
 * @returns {Promise<number>}
 */
function put(url, body, headers, progress, signal) {
  return new Promise((done) => {
    const sending = new XMLHttpRequest();
    sending.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
    let stalled = false;
    const giveUp = () => {
      stalled = true;
      sending.abort();
    };
    let timer = setTimeout(giveUp, patience);
    sending.upload.onprogress = ({ loaded }) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
      progress(loaded);
    };
    sending.onloadend = () => {
      clearTimeout(timer);
      done(stalled ? SLOW : sending.status);
    };
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(body);
  });
}

/** @param {Blob} file @param {Upload} upload */
function partsOf(file, { url, parts, part_size: size = 0, arrived = [] }) {
  if (!parts) return [{ url, body: file, done: false }];
  return parts.map((url, n) => ({ url, body: file.slice(n * size, (n + 1) * size), done: arrived.includes(n + 1) }));
}

/** Whether a file is still as it was chosen: one that was changed or deleted fails as if the connection had. @param {Blob} file */
const isThere = (file) =>
  file.slice(0, 1).arrayBuffer().then(
    () => true,
    () => false,
  );

/**
 * Send a file that the server knows as `id`. What fails for want of a connection is tried until it succeeds, so it takes as long as
 * it takes; gives whether the bytes are there, what the server said against it, or that the storage takes none.
 * @param {string} id
 * @param {Blob} file
 * @param {Upload} upload
 * @param {{ progress: (sent: number) => void, waiting: (waits: boolean) => void, signal: AbortSignal }} tell
 * @returns {Promise<Problem | null>}
 */
export async function sendFile(id, file, upload, { progress, waiting, signal }) {
  let refused = 0;
  let stalls = 0;
  let wait = FIRST_WAIT;
  for (;;) {
    const parts = partsOf(file, upload);
    let sent = parts.reduce((sum, { body, done }) => sum + (done ? body.size : 0), 0);
    let status = 200;
    for (const { url, body, done } of parts) {
      if (done) continue;
      status = await put(url, body, upload.headers, (more) => progress(sent + more), signal);
      if (status < 200 || status >= 300) break;
      sent += body.size;
      stalls = 0;
      patience = STALLED;
      waiting(false);
    }
    if (signal.aborted) return { code: "aborted" };
    if (status >= 200 && status < 300) return null;
    if (!status && !(await isThere(file))) return { code: "file_unreadable" };
    if (status === FULL) return { code: "storage_full" };
    if (status === SLOW) {
      patience = Math.min(2 * patience, STALLED_MAX);
      if ((stalls += 1) >= STALLS) return { code: "upload_stalled" };
    } else if (status && status < 500 && (refused += 1) > ANEW) return { code: status === 413 ? "file_too_large" : "upload_refused" };
    waiting(true);
    await pause(wait, signal);
    wait = longer(wait);
    const anew = await request("POST", `/attachments/${id}/resume`);
    if (signal.aborted) return { code: "aborted" };
    if (anew.ok && !anew.data.upload) return null; // all of it has come, and was examined
    if (anew.ok) upload = anew.data.upload;
    else if (anew.status && anew.status < 500 && anew.status !== 429) return anew.error;
  }
}

/**
 * Ask the server for addresses, until it can be reached.
 * @param {string} path
 * @param {{ waiting: (waits: boolean) => void, signal: AbortSignal }} during
 * @param {unknown} [body]
 */
export async function ask(path, { waiting, signal }, body) {
  for (let wait = FIRST_WAIT; ; wait = longer(wait)) {
    const told = await request("POST", path, body);
    if (!mayPass(told.status) || told.status === 500 || signal.aborted) return told;
    waiting(true);
    await pause(wait, signal);
    waiting(false);
  }
}
