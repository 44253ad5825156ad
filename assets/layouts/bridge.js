// Wraps the whole app: the parts of the live connection that every page has, signed in or not.

import { createElement, Fragment, useContext, useEffect, useLayoutEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import "../components/focus.js";
import { listen } from "../dom.js";
import { followTheme } from "./bar_color.js";
import { useFeedComponent, whenTold } from "../live/listening.js";

whenTold(() => import("./feed.js"));

/** @param {{ substate: string, children?: ReactNode }} props */
export function FeedBridge({ substate, children }) {
  const { setColorMode } = useContext(ColorModeContext);
  const Feed = useFeedComponent();

  useEffect(followTheme, []);
  useLayoutEffect(() => {
    const storage = (/** @type {StorageEvent} */ { key, newValue }) => key === "theme" && newValue && setColorMode(newValue); // by another tab
    return listen(window, { storage });
  }, [setColorMode]);
  return createElement(Fragment, null, children, Feed && createElement(Feed, { substate }));
}
