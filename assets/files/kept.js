// The files that one has chosen and not sent, kept in the browser's database: they are there again after a reload.
import { clear, createStore, del, set, values } from "idb-keyval";

import { keep, recall } from "../device.js";

const NOTE = "parley.file."; // beside the files: with each change of them the browser would copy all their bytes
const BYTES_MAX = 32 * 1024 * 1024; // of what is in memory for a moment
const table = createStore("parley.chosen", "files");

/** @typedef {KeptFile & { bytes?: ArrayBuffer, type?: string }} KeptRow */

/**
 * Use the table, and return the result once it is stored. Raises if the browser stores nothing: in some private
 * windows, or when the disk is full.
 * @template T
 * @template {unknown[]} A
 * @param {(...given: [...A, typeof table]) => Promise<T>} act
 * @param {A} given
 */
const within = async (act, ...given) => act(...given, table);

const succeeds = (/** @type {Promise<unknown>} */ act) =>
  act.then(
    () => true,
    () => false,
  );

let left = false; // the person has gone: what an upload under way would keep stays forgotten

/** @param {KeptRow | Omit<KeptRow, "file">} row */
const put = (row) => within(set, row.key, row);

/** Keep a file where the browser keeps none, but their bytes. @param {KeptFile} one */
async function putBytes({ file, ...about }) {
  const bytes = await file.arrayBuffer();
  if (!left) await put({ ...about, bytes, type: file.type });
}

/** Store a file, and return whether it is stored: as bytes in private windows of Safari. @param {KeptFile} one */
export const keepFile = async (one) =>
  left || (await succeeds(put(one))) || (one.file.size <= BYTES_MAX && succeeds(putBytes(one)));

/** Store the place of a file among the others, and its caption. @param {{ key: string } & FileNote} note */
export const keepNote = ({ key, at, caption }) => left || keep(NOTE + key, JSON.stringify({ at, caption }));

/** @param {string} key */
export function forgetFile(key) {
  keep(NOTE + key, "");
  return succeeds(within(del, key));
}

export function forgetFiles() {
  left = true;
  return succeeds(within(clear));
}

/**
 * The chosen files of a place, each with its note.
 * @param {string} place @returns {Promise<(KeptFile & FileNote)[]>}
 */
export async function filesOf(place) {
  /** @type {KeptRow[]} */
  const all = await within(values).catch(() => []);
  return all.filter((each) => each.place === place).map((each) => ({ caption: "", ...fileOf(each), ...noteOf(each.key) }));
}

/** @param {KeptRow} row @returns {KeptFile} */
const fileOf = ({ bytes, type, ...kept }) => (bytes ? { ...kept, file: new Blob([bytes], { type }) } : kept);

/** @param {string} key @returns {Partial<FileNote>} */
const noteOf = (key) => JSON.parse(recall(NOTE + key) ?? "{}");
