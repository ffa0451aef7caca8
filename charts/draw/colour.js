/** CSS colours as numbers, for pictures that are made pixel by pixel. */

/** @typedef {[red: number, green: number, blue: number]} Rgb  0 to 255 */

const KNOWN_MAX = 1_000;
/** @type {Map<string, Rgb>} */
const known = new Map();
/** @type {CanvasRenderingContext2D|null} */
let reader = null;

/** @param {string} colour  `#rrggbb`, or whatever CSS understands @returns {Rgb} */
export function rgbOf(colour) {
  let rgb = known.get(colour);
  if (rgb) return rgb;
  rgb = /^#[0-9a-f]{6}$/i.test(colour) ? fromHex(colour) : read(colour);
  if (known.size > KNOWN_MAX) known.clear();
  known.set(colour, rgb);
  return rgb;
}

/** @param {string} hex @returns {Rgb} */
function fromHex(hex) {
  return [parseInt(hex.slice(1, 3), 16), parseInt(hex.slice(3, 5), 16), parseInt(hex.slice(5, 7), 16)];
}

/** @param {string} colour @returns {Rgb} */
function read(colour) {
  reader ??= /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d', { willReadFrequently: true }));
  reader.canvas.width = reader.canvas.height = 1;
  reader.fillStyle = colour;
  reader.fillRect(0, 0, 1, 1);
  const [red, green, blue] = reader.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** As a word of an ImageData. @param {Rgb} rgb */
export function wordOf([red, green, blue]) {
  return red | (green << 8) | (blue << 16) | (255 << 24);
}
