// Add files to the composer: picked, pasted, or dropped on the room.
import { listen, page } from "../dom.js";
import { chooseFiles, set } from "./uploads.js";
import { makeStore } from "../store.js";
import { tell, view } from "../live/store.js";

const over = makeStore({ over: false });
export const useDragging = over.use;

/** Whether files can be sent in the current place. */
const isTaken = () => !!document.querySelector(".composer");

/** @param {DataTransfer | null} data */
const filesIn = (data) => [...(data?.files ?? [])];

/** @param {DragEvent} event */
const carriesFiles = (event) => !!event.dataTransfer?.types.includes("Files");

/** @param {File[]} files @param {Voice} [voice] @param {string} [place] */
export function take(files, voice, place) {
  if (!files.length) return;
  chooseFiles(files, voice, place);
  if (!view.room) tell("needsRoom");
}

/** Open the browser's choice of files. @param {string} id of the field */
export const pick = (id) => document.getElementById(id)?.click();

export const pickProps = {
  onChange: (/** @type {{ target: HTMLInputElement }} */ { target }) => {
    take([...(target.files ?? [])]);
    target.value = ""; // the same one may be chosen again
  },
};

/** Pasted data that contains text, as from a table program, is pasted as text. @param {ClipboardEvent} event */
export function pasteFiles(event) {
  const files = filesIn(event.clipboardData);
  if (!files.length || event.clipboardData?.types.includes("text/plain")) return;
  event.preventDefault();
  take(files);
}

let depth = 0; // of elements that were entered

/** @param {DragEvent} event */
function entered(event) {
  if (!carriesFiles(event) || !isTaken()) return;
  event.preventDefault();
  depth += 1;
  over.update({ over: true });
}

function left() {
  depth = Math.max(0, depth - 1);
  if (!depth) over.update({ over: false });
}

/** @param {DragEvent} event */
function dropped(event) {
  depth = 0;
  over.update({ over: false });
  if (!carriesFiles(event)) return;
  event.preventDefault(); // or the browser would leave the page for the file
  if (isTaken() && !document.querySelector("dialog[open]")) take(filesIn(event.dataTransfer));
}

/** @param {DragEvent} event */
function above(event) {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = isTaken() ? "copy" : "none";
}

/** Show the sign of its kind for what is called a picture and is none. @param {Event} event */
function notShown({ target }) {
  if (!(target instanceof HTMLImageElement) || !target.matches(".chosen-file img")) return;
  set(target.closest("li")?.dataset.file ?? "", { preview: "" });
}

listen(page, { error: notShown }, true);
listen(page, { dragenter: entered, dragleave: left, dragover: above, drop: dropped });
