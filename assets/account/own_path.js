// The same rule as `own_path` in chat_app/web_session.py, which says why it is so.
const OWN_PATH = new RegExp(
  "^(?!/[/\\\\])" +
    "(?![^?#]*/\\.{1,2}(?:[/?#]|$))" +
    "(?![^?#]*%(?:2[5ef]|5c|[01][0-9a-f]|7f))" +
    "(?![^?#]*[\\u2044\\u2215\\u2216\\u29f5\\u29f8\\ufe68\\uff0f\\uff3c])" +
    "/[^\\\\\\x00-\\x20\\x7f-\\x9f\\u2028\\u2029\\ufeff]{0,1999}$",
  "i",
);

/** `target` if it is a path on this site, otherwise `/`. @param {string} target */
export const ownPath = (target) => (OWN_PATH.test(target) ? target : "/");
