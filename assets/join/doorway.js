// The page of an invite link: the part that only a browser can do.
import { useEffect } from "react";

import { listen, page } from "../dom.js";
import "../layouts/feed.js";
import { on, state, subscribe, tell, view } from "../live/store.js";

const JOINING = "parley.joining"; // the link through which the person is on the way in, past the sign-in form

const token = () => location.pathname.split("/")[2] ?? "";

/** Go to the form by which one comes in first, and remember what for. @param {string} path */
export function toForm(path) {
  sessionStorage.setItem(JOINING, token());
  location.assign(`${path}?next=${encodeURIComponent(`/join/${token()}`)}`);
}

/**
 * Goes in with who is let in, joins who comes back from the form, and looks again when something may have changed.
 * @param {{ status: string, room: string, known: boolean, onJoin: () => void, onLook: () => void, children?: ReactNode }} props
 */
export function Doorway({ status, room, known, onJoin, onLook, children }) {
  useEffect(() => {
    if (status === "inside") tell("navigate", `/r/${room}`, { replace: true });
    if (status === "waiting") return wait(room, onLook);
    if (status === "ready") return stand(known, onJoin, onLook);
  }, [status, room, known]);
  return children;
}

/** Check the link again when a person comes back to the page. @param {boolean} known @param {() => void} onJoin @param {() => void} onLook */
function stand(known, onJoin, onLook) {
  if (known && sessionStorage.getItem(JOINING) === token()) {
    sessionStorage.removeItem(JOINING);
    onJoin();
  }
  return listen(page, { visibilitychange: () => document.hidden || onLook() });
}

/**
 * Enter the room once the person is admitted. The feed reports it to a page that has arrived.
 * @param {string} room @param {() => void} onLook
 */
function wait(room, onLook) {
  let online = view.online;
  on("turnedAway", (id) => id === room && (onLook(), true));
  const ask = () => (tell("send", "arrive", {}), tell("send", "load_rooms", { room }));
  ask();
  const leave = subscribe(() => {
    if (state.rooms.has(room)) location.assign(`/r/${room}`);
    else if (view.online && !online) ask();
    online = view.online;
  });
  return () => (on("turnedAway", () => false), leave());
}
