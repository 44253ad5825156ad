// The files of messages, as rows show them.
import { clock, sizeOf } from "../amounts.js";
import { current } from "../i18n.js";
import { NONE } from "./store.js";

/** @type {Map<string, string>} */
export const previews = new Map(); // attachment → what this tab shows of it, which is there already

/** @param {string} name */
const ending = (name) => (/\.([^.\s]{1,5})$/.exec(name)?.[1] ?? "").toUpperCase();

/** @param {import("../wire.js").AttachmentJson} file @param {string} shows what it shows, where nobody has said it of this file @returns {FileRow} */
function fileRow(file, shows) {
  const { id, name, kind, width, height, thumbnails = 0, pages } = file;
  const address = `/api/v1/attachments/${id}`;
  const whole = `${address}/file`;
  const small = thumbnails && !file.animated;
  const own = previews.get(id);
  return {
    id,
    name,
    kind,
    width: width ?? 0,
    height: height ?? 0,
    seconds: file.seconds ?? 0,
    peaks: file.peaks ?? NONE,
    spoken: file.transcript?.text ?? "",
    transcript: file.transcript?.status ?? "",
    unheard: file.transcript?.error ?? "",
    about: [ending(name), sizeOf(file.size), file.seconds !== undefined && clock(file.seconds), pages && current()("files.pages", { count: pages })].filter(Boolean).join(" · "),
    caption: file.caption ?? "",
    alt: file.caption || shows || name,
    size: file.size,
    src: own || (small ? `${address}/thumbnail` : whole),
    srcset: !own && small && thumbnails > 1 ? `${address}/thumbnail 1x, ${address}/thumbnail?density=2 2x` : "",
    poster: thumbnails ? `${address}/thumbnail?density=2` : "",
    whole,
    download: `${whole}?download=true`,
    hidden: Boolean(file.exclude_from_ai),
  };
}

/** @type {WeakMap<object, FileRow[]>} */
const rows = new WeakMap();

/** @param {readonly import("../wire.js").AttachmentJson[] | undefined} files @param {string} [shows] what they show, where they were drawn @returns {FileRow[]} */
export function fileRows(files, shows = "") {
  if (!files?.length) return NONE;
  const known = rows.get(files);
  if (known) return known;
  const made = files.map((file) => fileRow(file, shows));
  rows.set(files, made);
  return made;
}
