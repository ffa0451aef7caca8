/**
 * What a frame of merged columns says before its columns are read: which metrics there are, and how many series each has.
 * More is not needed to decide whether columns are shown at all; the code that reads and draws them is loaded only then.
 */

import { list, number, object, string } from './check.js';
/** @import {Reader} from './reader.js' */
/** @import {ColumnReader} from '../types.js' */

/** min, max and sum of a column */
const DOUBLES = 3;

/** @type {ColumnReader} */
export const skimmed = {
  bytes(reader) {
    const packed = reader.fork();
    reader.u32();
    const metrics = [];
    for (let left = reader.count(reader.u32(), 10); left > 0; left--) {
      const name = reader.name(reader.u16());
      const series = reader.u32();
      for (let columns = reader.count(reader.u32(), 7); columns > 0; columns--) skipColumn(reader);
      metrics.push({ name, series });
    }
    return { metrics, packed };
  },
  text(json) {
    const metrics = list(json.metrics, 'metrics').map((value) => {
      const metric = object(value, 'metric');
      return { name: string(metric.metric), series: number(metric.series ?? 0, 'series') };
    });
    return { metrics, packed: json };
  },
};

/** @param {Reader} reader */
function skipColumn(reader) {
  reader.varint();
  for (let i = 0; i < DOUBLES; i++) reader.short();
  for (let numbers = 2 * reader.count(reader.varint(), 2); numbers > 0; numbers--) reader.varint();
}
