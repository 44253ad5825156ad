// The person's picture: shown while it is uploaded. It is uploaded by REST, because no event carries a file.
import { createElement, useEffect, useSyncExternalStore } from "react";

import { request } from "../api.js";

const listeners = new Set();
const nothing = { preview: "", error: "", uploading: false };
let state = nothing;

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

async function upload({ target }, onSaved) {
  const [file] = target.files;
  target.value = "";
  if (!file || state.uploading) return;
  change({ preview: URL.createObjectURL(file), error: "", uploading: true });
  const { ok, error } = await request("PUT", "/me/avatar", file);
  if (ok) onSaved();
  else forget({ error: error.code });
  change({ uploading: false });
}

function forget(changes) {
  URL.revokeObjectURL(state.preview);
  change({ ...nothing, ...changes });
}

/** The input for the file. The preview stays until there is another `version` of the picture. */
export function PictureInput({ version, onSaved, ...rest }) {
  useEffect(() => forget(), [version]);
  return createElement("input", { ...rest, type: "file", onChange: (event) => upload(event, onSaved) });
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePicture(name) {
  const read = () => state[name];
  return useSyncExternalStore(subscribe, read, read);
}
