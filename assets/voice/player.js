// The player of a voice message: its bars are the slider.
import { createElement as h, memo, useSyncExternalStore } from "react";

import { useT } from "../i18n.js";
import { PEAK_MAX } from "../rules.js";
import { clock, movedBy } from "./measuring.js";
import { changeSpeed, isPlaying, placeOf, playOrPause, seek, subscribe, usePlaying } from "./playing.js";

const LEAST = 8; // percent of the height that silence has

/**
 * `children` are the signs for playing and pausing.
 * @param {{ file: string, src: string, peaks: number[], seconds: number, name: string, children: ReactNode[] }} props
 */
function Player({ file, src, peaks, seconds, name, children }) {
  const t = useT();
  const speed = usePlaying("speed");
  const plays = useSyncExternalStore(subscribe, () => isPlaying(file), () => false);
  const at = useSyncExternalStore(subscribe, () => placeOf(file), () => 0);
  const said = plays ? t("voice.pause", { name }) : t("voice.play", { name });
  const bars = peaks.map((peak, n) =>
    h("span", { key: n, className: at > 0 && n < (at / seconds) * peaks.length ? "past" : undefined, style: { height: `${Math.max(LEAST, (100 * peak) / PEAK_MAX)}%` } }),
  );
  const slider = {
    type: "range",
    min: 0,
    max: seconds,
    step: 0.1,
    value: Math.min(at, seconds),
    "aria-label": t("voice.place", { name }),
    "aria-valuetext": `${clock(at)} / ${clock(seconds)}`,
    onChange: (/** @type {{ target: HTMLInputElement }} */ { target }) => seek(file, src, Number(target.value)),
    onKeyDown: (/** @type {import("react").KeyboardEvent} */ event) => {
      const to = movedBy(event.key, at, seconds);
      if (to === undefined) return;
      event.preventDefault();
      seek(file, src, to);
    },
  };
  return h(
    "div",
    { className: "voice", role: "group", "aria-label": name },
    h("button", { type: "button", className: "voice-play", "aria-label": said, onClick: () => playOrPause(file, src) }, children[plays ? 1 : 0]),
    h("div", { className: "voice-bars" }, h("div", { "aria-hidden": true }, bars), h("input", slider)),
    h("span", { className: "voice-time meta" }, clock(at || plays ? at : seconds)),
    h("button", { type: "button", className: "voice-speed", "aria-label": t("voice.speed", { speed }), onClick: changeSpeed }, `${speed}×`),
  );
}

export const VoicePlayer = memo(Player);
