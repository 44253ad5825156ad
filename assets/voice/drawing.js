// Draw the volume while one records, the newest bar at the end.

const BAR = 2; // px
const GAP = 2;

/** @param {HTMLCanvasElement} canvas @param {number[]} levels */
export function drawBars(canvas, levels) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio || 1;
  const brush = canvas.getContext("2d");
  if (!brush || !width) return;
  canvas.width = width * scale; // which clears it, too
  canvas.height = height * scale;
  brush.scale(scale, scale);
  brush.fillStyle = getComputedStyle(canvas).color;
  const newest = levels.slice(-Math.floor(width / (BAR + GAP)));
  newest.forEach((level, n) => {
    const tall = Math.max(BAR, level * height);
    brush.fillRect(width - (newest.length - n) * (BAR + GAP), (height - tall) / 2, BAR, tall);
  });
}
