/** The figure as an SVG document. */

import { SvgContext } from './svg-context.js';
/** @import {Picture} from './figure.js' */

/** @param {Picture} picture @param {{title: string, description: string}} about @returns {string} */
export function svgText(picture, about) {
  const ruler = document.createElement('canvas').getContext('2d');
  if (!ruler) throw new Error('the browser has no canvas to measure texts with');
  const context = new SvgContext(picture.width, picture.height, ruler);
  picture.draw(/** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context)));
  return context.document(about);
}

/** @param {Picture} picture @param {{title: string, description: string}} about @returns {Blob} */
export function svgBlob(picture, about) {
  return new Blob([svgText(picture, about)], { type: 'image/svg+xml;charset=utf-8' });
}
