/** What the pages of all libraries share: their case, when the snapshot came and was drawn, a feed for those without one. */

import { decodeBinary } from '../../../charts/live/decode.js';
/** @import {SnapshotFrame, UpdateFrame} from '../../../charts/types.js' */

export const WIDTH = 1200;
export const HEIGHT = 500;
const query = new URLSearchParams(location.search);

/** Of the page's address. */
export const asked = {
  channel: query.get('channel') ?? '', detail: query.get('detail') ?? 'auto', variant: query.get('variant') ?? '',
  windowMs: Number(query.get('window') ?? 60_000), speed: Number(query.get('speed') ?? 1),
};

/** What the bench reads; times are of `performance.now()`. */
export const bench = {
  snapshotAt: NaN,
  drawnAt: NaN,
  updates: 0,
  /** @type {() => unknown} what else there is to know, for a person who looks into a case */
  more: () => null,
  /** @type {() => string} */
  tooltip: () => '',
};
Object.assign(window, { bench });

/**
 * From now on each frame asks whether the snapshot is drawn; a picture counts once the browser has had its turn with it.
 * @param {() => boolean} isDrawn
 */
export function watchDrawn(isDrawn) {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    bench.drawnAt = performance.now();
    channel.port1.close();
  };
  const look = () => {
    if (isDrawn()) channel.port2.postMessage(null);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** The first binary frame is the snapshot; who else listens to the socket is not disturbed. */
export function stampSnapshot() {
  const Original = WebSocket;
  window.WebSocket = class extends Original {
    /** @param {string|URL} url @param {string|string[]} [protocols] */
    constructor(url, protocols) {
      super(url, protocols);
      const stamp = (/** @type {MessageEvent} */ event) => {
        if (typeof event.data === 'string') return;
        if (Number.isNaN(bench.snapshotAt)) bench.snapshotAt = performance.now();
        this.removeEventListener('message', stamp);
      };
      this.addEventListener('message', stamp);
    }
  };
}

/**
 * Lines of the channel, decoded as our chart decodes them.
 * @param {(frame: SnapshotFrame) => void} onSnapshot
 * @param {(frame: UpdateFrame) => void} onUpdate
 */
export function feed(onSnapshot, onUpdate) {
  const socket = new WebSocket(`ws://${location.host}/live`, ['eontide.v1.bin']);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => socket.send(JSON.stringify({ sub: 1, subscribe: { channel: asked.channel } }));
  socket.onmessage = ({ data }) => {
    const frame = decodeBinary(data);
    if (frame.type === 'snapshot') {
      onSnapshot(frame);
    } else if (frame.type === 'update') {
      bench.updates += 1;
      onUpdate(frame);
    }
  };
}

/**
 * Points of all series on one axis of time, the newest last, in arrays of a fixed length: what uPlot and C3 take.
 */
export class Table {
  /** @type {string[]} */
  names = [];
  /** Times, then the values of each series. @type {Float64Array[]} */
  columns = [];

  /** @param {SnapshotFrame} frame @param {number} unitMs  of the times */
  constructor(frame, unitMs) {
    this.unitMs = unitMs;
    this.columns.push(frame.blocks[0].x.map((x) => x / unitMs));
    for (const block of frame.blocks) {
      for (const { name, v } of block.columns) {
        this.names.push(name);
        this.columns.push(v);
      }
    }
  }

  /** @param {UpdateFrame} frame */
  add({ blocks }) {
    push(this.columns[0], blocks[0].x[0] / this.unitMs);
    let index = 1;
    for (const block of blocks) for (const { v } of block.columns) push(this.columns[index++], v[0]);
  }
}

/** @param {Float64Array} array @param {number} value */
function push(array, value) {
  array.copyWithin(0, 1);
  array[array.length - 1] = value;
}
