// The slider of a voice message's player, which says of which file it is.
import { movedBy } from "./measuring.js";
import { seek } from "./playing.js";

/** @param {{ dataset: DOMStringMap }} slider @param {number} to */
const move = ({ dataset: { file = "", src = "" } }, to) => seek(file, src, to);

export const sliderProps = {
  onChange: (/** @type {{ target: HTMLInputElement }} */ { target }) => move(target, Number(target.value)),
  onKeyDown: (/** @type {import("react").KeyboardEvent<HTMLInputElement>} */ event) => {
    const { currentTarget: slider } = event;
    const to = movedBy(event.key, Number(slider.value), Number(slider.max));
    if (to === undefined) return;
    event.preventDefault();
    move(slider, to);
  },
};
