/** The figure as a PNG, at twice the screen's resolution: sharp in a report, and on paper. */

/** @import {Picture} from './figure.js' */

/** What every browser can still make a canvas of. */
const SIDE_MAX = 16_384;
const AREA_MAX = 100_000_000;

/** @param {Picture} picture @param {number} ratio  device pixels a CSS pixel @returns {number} at which it is drawn */
export function pngScale({ width, height }, ratio) {
  return Math.min(2 * ratio, SIDE_MAX / width, SIDE_MAX / height, Math.sqrt(AREA_MAX / (width * height)));
}

/** @param {Picture} picture @param {number} ratio @returns {Promise<Blob>} */
export function pngBlob(picture, ratio) {
  const scale = pngScale(picture, ratio);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext('2d');
  if (!context) return Promise.reject(new Error('no room for a picture of this size'));
  context.scale(scale, scale);
  picture.draw(context);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser could not write the picture'))), 'image/png');
  });
}
