// Joins the feed to Reflex: ops come in by its socket, events go out through its event loop. Pages with the feed import this.

import { useContext, useEffect, useLayoutEffect } from "react";
import { useLocation, useNavigate } from "react-router";
import { addEvents } from "$/utils/context";
import { ColorModeContext } from "$/utils/context-registry";
import { ReflexEvent } from "$/utils/state";
import { receive } from "../live/ops.js";
import { setOnline } from "../live/slices.js";
import { changed, display, on, subscribe, view } from "../live/store.js";
import { roomOf, sayWhatIsHeld } from "../live/holding.js";
import { hangUp, haveFeed, hear, isConnected } from "../live/listening.js";
import { leave } from "../account/session.js";
import { isEnding, request } from "../api.js";
import { toast, warn } from "../components/toasts.js";
import { dialogOf, listen } from "../dom.js";
import { open } from "../conversation/composer.js";
import { markRead, show } from "../live/actions.js";
import { watch } from "../live/attention.js";
import { goTo } from "../live/past.js";

/**
 * A connection that is refused for too many tabs fails like any other: only a request reveals the reason.
 * @param {boolean} [refused]
 */
async function noteWhetherOnline(refused) {
  setOnline(isConnected());
  if (!refused) return;
  const { ok, data } = await request("GET", "/tabs");
  if (!isConnected()) display({ crowded: ok && data.open >= data.most });
}

on("signedOut", () => isEnding() || leave(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`));

on("error", (code, details) => warn(`errors.${code}`, details));
on("toast", toast);
on("silent", hangUp);
on("done", (id) => {
  const done = dialogOf(id);
  if (done?.popover) done.hidePopover();
  else done?.close();
});

let inSight = "";

/** In a long list of rooms, the one that is shown is in sight. */
function keepInSight() {
  const current = view.rooms.find((room) => room.current)?.id ?? "";
  if (current === inSight) return;
  inSight = current;
  const scroll = () => document.querySelector('.room-link[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  if (current) requestAnimationFrame(scroll);
}

/** @param {string} query */
const messageOf = (query) => new URLSearchParams(query).get("m");

/**
 * Listens in layout effects: visible elements can be used at once, and other effects run a moment later.
 * @param {{ substate: string }} props
 */
function Feed({ substate }) {
  const { pathname, search, key } = useLocation();
  const room = roomOf(pathname);
  const navigate = useNavigate();
  const { setColorMode } = useContext(ColorModeContext);

  useLayoutEffect(() => on("send", (handler, payload) => addEvents([ReflexEvent(`${substate}.${handler}`, payload)], [], {})), [substate]);
  useEffect(sayWhatIsHeld, []);
  useLayoutEffect(() => on("navigate", navigate), [navigate]);
  useLayoutEffect(() => on("theme", setColorMode), [setColorMode]);
  useLayoutEffect(() => open(room), [room]); // before anybody can type
  useEffect(() => {
    show(room);
    document.getElementById("sidebar")?.hidePopover();
  }, [room]);
  useEffect(() => {
    const message = room && messageOf(search); // an address of one message: /r/<room>?m=<message>
    if (!message) return;
    goTo(message);
    changed();
  }, [room, search, key]);
  useEffect(watch, []);
  useEffect(() => subscribe(keepInSight), []);
  useLayoutEffect(() => listen(window, { online: () => noteWhetherOnline(), offline: () => setOnline(false), focus: markRead }), []);
  useEffect(() => hear({ receive, noteWhetherOnline }), []); // last: what has been told is answered by all of these
  return null;
}

haveFeed(Feed);
