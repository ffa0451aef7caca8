/** A piece of the line itself: its colour comes from CSS by class, so a change of theme needs no script. */

import { DASHES } from '../draw/palette.js';
/** @import {Style} from '../draw/palette.js' */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {Style} style */
export function swatch({ colour, dash }) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `eontide-swatch eontide-line-${colour}`);
  svg.setAttribute('viewBox', '0 0 22 8');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'line');
  for (const [name, value] of [['x1', '1'], ['x2', '21'], ['y1', '4'], ['y2', '4']]) line.setAttribute(name, value);
  line.setAttribute('stroke-dasharray', DASHES[dash].join(' '));
  svg.append(line);
  return svg;
}
