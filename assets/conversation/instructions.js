// The instructions of a room while they are typed.

import { find } from "../dom.js";

export const typedInstructions = () => /** @type {HTMLTextAreaElement | null} */ (find("#ai-instructions textarea"))?.value ?? "";
