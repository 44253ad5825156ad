// The files that one has chosen and not sent, kept in the browser's database: they are there again after a reload.

const NAME = "parley.files";
const TABLE = "chosen";

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
  return opening;
}

/**
 * Do something with the table. Where the browser keeps nothing (a private window, a full disk) it gives nothing back.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T | undefined>}
 */
async function within(mode, act) {
  try {
    const asked = act((await open()).transaction(TABLE, mode).objectStore(TABLE));
    return await new Promise((done, fail) => {
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  } catch {
    return undefined;
  }
}

let left = false; // the person has gone: what an upload under way would keep stays forgotten

/** @param {KeptFile} one */
export const keepFile = async (one) => left || within("readwrite", (table) => table.put(one));

/** @param {string} key */
export const forgetFile = (key) => within("readwrite", (table) => table.delete(key));

export function forgetFiles() {
  left = true;
  return within("readwrite", (table) => table.clear());
}

/** What was chosen for a place, in its order. @param {string} place @returns {Promise<KeptFile[]>} */
export async function filesOf(place) {
  const all = /** @type {KeptFile[]} */ ((await within("readonly", (table) => table.getAll())) ?? []);
  return all.filter((each) => each.place === place).sort((one, other) => one.at - other.at);
}
