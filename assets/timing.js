// Delay and combine calls (debounce).

/**
 * Call `act` once nobody has requested it for `pause` ms.
 * @param {(...given: any[]) => unknown} act @param {number} pause
 */
export function settled(act, pause) {
  let timer = 0;
  return (/** @type {any[]} */ ...given) => {
    clearTimeout(timer);
    timer = setTimeout(act, pause, ...given);
  };
}

/** Have `act` done `wait()` ms after the first has asked for it. @param {(...given: any[]) => unknown} act @param {() => number} wait */
export function gathered(act, wait) {
  let timer = 0;
  return (/** @type {any[]} */ ...given) => {
    timer ||= setTimeout(() => {
      timer = 0;
      act(...given);
    }, wait());
  };
}
