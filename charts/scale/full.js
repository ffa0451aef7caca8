/** Fills the kit of the axes (kit.js). */

import { drawTurned } from '../draw/turned.js';
import { FullNotation } from '../full-notation.js';
import { formatTime, numberFormat, tickFormat } from './format.js';
import { kit } from './kit.js';
import { logExtent, logNice, logShare, logTicks } from './log.js';

export function fillKit() {
  Object.assign(kit, {
    formatTime, numberFormat, tickFormat, logExtent, logNice, logShare, logTicks, drawTurned, Notation: FullNotation,
  });
}
