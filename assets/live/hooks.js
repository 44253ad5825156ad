// The feed's slices for components: each re-renders when its own slice changes, and only then.

import { useSyncExternalStore } from "react";
import { subscribe, view } from "./store.js";

export function useFeed(slice) {
  const read = () => view[slice];
  return useSyncExternalStore(subscribe, read, read);
}
