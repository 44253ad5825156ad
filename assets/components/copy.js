// Copying text by a button.
import { dialogs } from "../dom.js";
import { toast, warn } from "./toasts.js";

/** Copy; resolves to whether it worked. @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/**
 * Without https there is no clipboard API; a selection can still be copied, but not from behind a dialog.
 * @param {string} text
 */
function copySelected(text) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const place = dialogs("dialog:modal").at(-1) ?? document.body;
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
  place.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    focused?.focus({ preventScroll: true });
  }
}

/**
 * Copy, and say `said` (nothing if it is empty), or why not; resolves to whether it worked.
 * @param {string} text
 * @param {string} [said]
 */
export async function copyAndSay(text, said = "common.copied") {
  const copied = await copy(text);
  if (!copied) warn("common.notCopied");
  else if (said) toast(said);
  return copied;
}
