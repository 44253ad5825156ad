// Joins the feed to Reflex: ops come in by its socket, events go out through its event loop.

import { useContext, useEffect, useLayoutEffect } from "react";
import { useLocation, useNavigate } from "react-router";
import { Socket } from "socket.io-client";
import { addEvents } from "$/utils/context";
import { ColorModeContext } from "$/utils/context-registry";
import { ReflexEvent } from "$/utils/state";
import { receive } from "./ops.js";
import { setOnline } from "./slices.js";
import { changed, display, on, subscribe, view } from "./store.js";
import { roomOf, sayWhatIsHeld } from "./holding.js";
import { leave } from "../account/session.js";
import { isEnding, request } from "../api.js";
import { toast } from "../components/toasts.js";
import { dialogOf, listen } from "../dom.js";
import { followTheme } from "../layouts/bar_color.js";
import { open } from "../conversation/composer.js";
import { markRead, show } from "./actions.js";
import { watch } from "./attention.js";
import { goTo } from "./past.js";

const GRACE = 1_000; // ms for a lost connection to come back before its person is told

/** @type {Socket | undefined} */
let socket;
const sayWhetherOnline = () => setOnline(!!socket?.connected);

/** A connection that is refused for too many tabs fails as any other: only a request tells why. */
async function sayWhyOffline() {
  sayWhetherOnline();
  const { ok, data } = await request("GET", "/tabs");
  if (!socket?.connected) display({ crowded: ok && data.open >= data.most });
}

// Reflex hands on the updates of states alone. Ops come by an event of their own, which costs less; each socket listens to it before it
// connects. Whether it is connected is asked of the socket itself: Reflex renders that later, when the browser may be offline already.
const { connect } = Socket.prototype;
Socket.prototype.connect = function () {
  socket = this;
  if (!this.hasListeners("o")) {
    this.on("o", (/** @type {Op[]} */ ...ops) => receive(ops));
    this.on("connect", sayWhetherOnline).on("connect_error", sayWhyOffline);
    this.on("disconnect", () => setTimeout(sayWhetherOnline, GRACE));
  }
  return connect.call(this);
};

on("signedOut", () => isEnding() || leave(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`));

on("error", (code, details) => toast(`errors.${code}`, details, { error: true }));
on("toast", (key, values) => toast(key, values));
on("silent", () => socket?.io.engine.close());
on("done", (id) => {
  const done = dialogOf(id);
  if (done?.popover) done.hidePopover();
  else done?.close();
});

/** In a long list of rooms, the one that is shown is in sight. */
/** @type {string | null} */
let inSight = null;
function keepInSight() {
  const current = view.rooms.find((room) => room.current)?.id ?? null;
  if (current === inSight) return;
  inSight = current;
  const scroll = () => document.querySelector('.room-link[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  if (current) requestAnimationFrame(scroll);
}

/** @param {string} query */
const messageOf = (query) => new URLSearchParams(query).get("m");

/**
 * Listens in layout effects: what is seen can be used, and other effects come a moment after it is seen.
 * @param {{ substate: string, children?: ReactNode }} props
 */
export function FeedBridge({ substate, children }) {
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
  useEffect(followTheme, []);
  useEffect(() => subscribe(keepInSight), []);
  useLayoutEffect(() => {
    const storage = (/** @type {StorageEvent} */ { key, newValue }) => key === "theme" && newValue && setColorMode(newValue); // by another tab
    return listen(window, { online: sayWhetherOnline, offline: () => setOnline(false), focus: markRead, storage });
  }, [setColorMode]);
  return children;
}
