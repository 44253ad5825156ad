// The contents of dialogs and menus are rendered when they open for the first time, and stay: most are never opened, and a page comes sooner without.
import { flushSync } from "react-dom";

import { listen, page } from "../dom.js";
import { makeStore } from "../store.js";

const drawn = makeStore(/** @type {Record<string, boolean>} */ ({}));

/** Whether the element of this id has its content by now. @param {string} id */
export const useDrawn = (id) => drawn.use(id) ?? false;

/**
 * Draw its content at once, because the control that opens it needs its fields. Not every browser fires an event
 * before a dialog opens.
 * @param {string} id
 */
export const draw = (id) => flushSync(() => drawn.update({ [id]: true }));

/** @param {ToggleEvent} event */
const onOpen = ({ target, newState }) => newState === "open" && draw(/** @type {HTMLElement} */ (target).id);
listen(page, { beforetoggle: onOpen }, true);
