// A picture, of the person, of an assistant or of the site's brand: shown while it is uploaded. It is uploaded by REST, because no event carries a file.
import { createElement, useEffect } from "react";

import { request } from "../api.js";
import { makeStore } from "../store.js";

const nothing = { path: "", preview: "", error: "", uploading: false };
const picture = makeStore(nothing);
export const usePicture = picture.use;

/** @param {{ target: HTMLInputElement }} event @param {string} path @param {() => void} onSaved */
async function upload({ target }, path, onSaved) {
  const [file] = target.files ?? [];
  target.value = "";
  if (!file || picture.get().uploading) return;
  URL.revokeObjectURL(picture.get().preview);
  picture.update({ path, preview: URL.createObjectURL(file), error: "", uploading: true });
  const { ok, error } = await request("PUT", path, file);
  if (ok) onSaved();
  else forget(path, error.code);
  picture.update({ uploading: false });
}

/** Forget the picture that was uploaded to `path`, if it is the stored one. @param {string} path */
function forget(path, error = "") {
  if (picture.get().path !== path) return;
  URL.revokeObjectURL(picture.get().preview);
  picture.update({ ...nothing, path, error });
}

/**
 * The input for the file, which goes to `path`. The preview stays until there is another `version` of the picture.
 * @param {{ path: string, version: number, onSaved: () => void }} props
 */
export function PictureInput({ path, version, onSaved, ...rest }) {
  useEffect(() => forget(path), [path, version]);
  return createElement("input", { ...rest, type: "file", onChange: (/** @type {{ target: HTMLInputElement }} */ event) => upload(event, path, onSaved) });
}
