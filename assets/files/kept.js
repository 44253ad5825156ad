// The files that one has chosen and not sent, kept in the browser's database: they are there again after a reload.
import { keep, recall } from "../device.js";

const NAME = "parley.files";
const TABLE = "chosen";
const NOTE = "parley.file."; // beside the files: with each change of them the browser would copy all their bytes

/** @type {Promise<IDBDatabase> | undefined} */
let opening;

/** @returns {Promise<IDBDatabase>} */
function open() {
  opening ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  opening.catch(() => (opening = undefined)); // there may be space the next time
  return opening;
}

/**
 * Do something with the table, and return what comes of it once that is kept. Raises where the browser keeps nothing: in some
 * private windows, or when the disk is full.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function within(mode, act) {
  const transaction = (await open()).transaction(TABLE, mode);
  return new Promise((done, fail) => {
    const asked = act(transaction.objectStore(TABLE));
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = () => fail(transaction.error);
  });
}

const succeeds = (/** @type {Promise<unknown>} */ act) =>
  act.then(
    () => true,
    () => false,
  );

let left = false; // the person has gone: what an upload under way would keep stays forgotten

/** Keep a file, and say whether it is kept. @param {KeptFile} one */
export const keepFile = async (one) => left || succeeds(within("readwrite", (table) => table.put(one)));

/** Keep where a file stands among the others, and what was written of it. @param {{ key: string } & FileNote} note */
export const keepNote = ({ key, at, caption }) => left || keep(NOTE + key, JSON.stringify({ at, caption }));

/** @param {string} key */
export function forgetFile(key) {
  keep(NOTE + key, "");
  return succeeds(within("readwrite", (table) => table.delete(key)));
}

export function forgetFiles() {
  left = true;
  return succeeds(within("readwrite", (table) => table.clear()));
}

/** What was chosen for a place, each with its note. @param {string} place @returns {Promise<(KeptFile & FileNote)[]>} */
export async function filesOf(place) {
  /** @type {KeptFile[]} */
  const all = await within("readonly", (table) => table.getAll()).catch(() => []);
  return all.filter((each) => each.place === place).map((each) => ({ caption: "", ...each, ...noteOf(each.key) }));
}

/** @param {string} key @returns {Partial<FileNote>} */
const noteOf = (key) => JSON.parse(recall(NOTE + key) ?? "{}");
