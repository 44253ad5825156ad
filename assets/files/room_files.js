// The tab of a room's files beside its details.
import { ACROSS, findAll } from "../dom.js";
import { useFeed } from "../live/store.js";
import { makeStore } from "../store.js";

const tab = makeStore({ files: "" }); // the room whose files are shown in place of its details
export const useTab = tab.use;

/** Show the files of a room, or without one its details. @param {string} room */
export const turnTo = (room) => tab.update({ files: room });

export const tabsProps = {
  onKeyDown: (/** @type {import("react").KeyboardEvent<HTMLElement>} */ { key, currentTarget }) => {
    if (!(key in ACROSS)) return;
    const other = findAll("[role=tab]", currentTarget).find((each) => each !== document.activeElement);
    other?.focus();
    other?.click();
  },
};

/** What differs when other files are among the messages: those of one that is on its way are not the room's yet. */
export function useFilesSeen() {
  const files = useFeed("rows").flatMap((row) => (row.pending ? [] : row.files));
  return `${files.length} ${files.at(-1)?.id}`;
}
