// Where a page may lead after signing in: to this site alone.

import { OWN_PATH } from "../rules.js";

const WHOLE = new RegExp(`^${OWN_PATH}$`, "i");

/** `target` if it is a path on this site, otherwise `/`; `own_path` in chat_app/web_session.py says why it is so. @param {string} target */
export const ownPath = (target) => (WHOLE.test(target) ? target : "/");
