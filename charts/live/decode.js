/** Frames with all that is in them, for those who read them from elsewhere than a {@link Connection}. */

import { readBinary } from './binary.js';
import { whole } from './columns.js';
import { readText } from './frame.js';
/** @import {DensityFrame, Frame, PackedFrame, SnapshotFrame, UpdateFrame} from '../types.js' */
/** @import {Connection} from './connection.js' */

/** @param {ArrayBuffer} buffer @returns {SnapshotFrame|UpdateFrame|DensityFrame} */
export const decodeBinary = (buffer) => /** @type {any} */ (readBinary(buffer, whole));

/** @param {string} text @returns {Exclude<Frame, PackedFrame>} */
export const decodeText = (text) => /** @type {any} */ (readText(text, whole));
