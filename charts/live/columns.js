/**
 * The merged columns of a density frame, from JSON and from binary:
 *
 *     u32 step_ms | u32 metric_count
 *     per metric: u16 name_len | name | u32 series | u32 column_count
 *     per column: varint, zigzag: steps since the column before (the first: since 1970) | min | max | sum | varint bucket_count
 *     per bucket: varint: distance from the one before (the first: zigzag, from 0) | varint count
 *
 * min, max and sum are doubles without their trailing zero bytes, one byte for the length before them.
 */

import { BUCKET_MAX, DensityColumn } from '../series/density.js';
import { list, number, object, ProtocolError } from './check.js';
import { Reader } from './reader.js';
/** @import {DensityData, DensityMetric, DensitySlot} from '../series/density.js' */
/** @import {ColumnReader, DensityFrame, PackedFrame} from '../types.js' */

/** Columns of one frame: the bridge's own limit for each metric, four times. */
const COLUMNS_MAX = 1 << 17;
/** Later than any date can be. */
const TIME_MAX_MS = 8.64e15;

/** @type {{bytes: (reader: Reader) => DensityData, text: (json: Record<string, unknown>) => DensityData} & ColumnReader} */
export const whole = { bytes: readDensity, text: readDensityJson };

/** A frame that was only skimmed. @param {PackedFrame} frame @returns {DensityFrame} */
export function unpack({ packed, ...head }) {
  return { ...head, ...(packed instanceof Reader ? readDensity(packed) : readDensityJson(packed)) };
}

/** @param {Reader} reader @returns {DensityData} */
function readDensity(reader) {
  const step_ms = checkedStep(reader.u32());
  const metrics = reader.count(reader.u32(), 10);
  /** @type {DensityMetric[]} */
  const read = [];
  let columns = 0;
  for (let i = 0; i < metrics; i++) {
    const name = reader.name(reader.u16());
    const series = reader.u32();
    const count = reader.count(reader.u32(), 7);
    columns = checkedColumns(columns + count);
    /** @type {DensitySlot[]} */
    const slots = [];
    for (let k = 0, slot = 0; k < count; k++) {
      slot = checkedSlot(slot + reader.zigzag(), step_ms);
      slots.push({ slot, column: readColumn(reader) });
    }
    read.push({ name, series, columns: slots });
  }
  return { step_ms, metrics: read };
}

/** @param {Reader} reader */
function readColumn(reader) {
  const min = reader.short();
  const max = reader.short();
  const sum = reader.short();
  const length = reader.count(reader.varint(), 2);
  const column = new DensityColumn(length);
  let bucket = length > 0 ? reader.zigzag() : 0;
  let total = 0;
  for (let i = 0; i < length; i++) {
    if (i > 0) bucket += reader.varint();
    const count = reader.varint();
    column.set(i, bucket, count);
    total += count;
    // Far off it would wrap around and seem to be in order.
    if (bucket > BUCKET_MAX || bucket < -BUCKET_MAX) throw new ProtocolError(`no bucket is numbered ${bucket}`);
  }
  return checked(column, min, max, sum, total);
}

/** @param {Record<string, unknown>} json @returns {DensityData} */
function readDensityJson(json) {
  const step_ms = checkedStep(number(json.step_ms, 'step_ms'));
  let columns = 0;
  const metrics = list(json.metrics, 'metrics').map((value) => {
    const metric = object(value, 'metric');
    if (typeof metric.metric !== 'string') throw new ProtocolError('a metric has no name');
    const slots = list(metric.columns, 'columns').map((column) => readSlotJson(object(column, 'column'), step_ms));
    columns = checkedColumns(columns + slots.length);
    return { name: metric.metric, series: number(metric.series ?? 0, 'series'), columns: slots };
  });
  return { step_ms, metrics };
}

/** @param {Record<string, unknown>} json @param {number} step_ms @returns {DensitySlot} */
function readSlotJson(json, step_ms) {
  const pairs = list(json.buckets, 'buckets');
  if (pairs.length % 2 !== 0) throw new ProtocolError('a bucket without a count');
  const column = new DensityColumn(pairs.length / 2);
  let total = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const bucket = number(pairs[i], 'bucket');
    const count = number(pairs[i + 1], 'count');
    if (!Number.isInteger(bucket) || Math.abs(bucket) > BUCKET_MAX) throw new ProtocolError(`no bucket is numbered ${bucket}`);
    if (!Number.isInteger(count) || count < 1) throw new ProtocolError(`a bucket with a count of ${count}`);
    column.set(i / 2, bucket, count);
    total += count;
  }
  // A sum beyond all doubles is written as null.
  const sum = typeof json.sum === 'number' ? json.sum : Infinity;
  checked(column, number(json.min, 'min'), number(json.max, 'max'), sum, total);
  return { slot: checkedSlot(Math.floor(number(json.t, 't') / step_ms), step_ms), column };
}

/**
 * What adding, searching and drawing rely on: something is in it, in order.
 * @param {DensityColumn} column @param {number} min @param {number} max @param {number} sum @param {number} count
 */
function checked(column, min, max, sum, count) {
  const { buckets, counts } = column;
  if (buckets.length === 0) throw new ProtocolError('a column has no value');
  if (!(min <= max && min > -Infinity && max < Infinity)) throw new ProtocolError(`a column from ${min} to ${max}`);
  for (let i = 0; i < buckets.length; i++) {
    if (counts[i] === 0 || (i > 0 && buckets[i] <= buckets[i - 1])) {
      throw new ProtocolError('the buckets of a column are not in order');
    }
  }
  column.min = min;
  column.max = max;
  column.sum = sum;
  column.count = count;
  return column;
}

/** @param {number} step */
function checkedStep(step) {
  if (!Number.isInteger(step) || step < 1) throw new ProtocolError(`a step of ${step} ms`);
  return step;
}

/** @param {number} columns */
function checkedColumns(columns) {
  if (columns > COLUMNS_MAX) throw new ProtocolError(`more than ${COLUMNS_MAX} columns in one frame`);
  return columns;
}

/** @param {number} slot @param {number} step_ms */
function checkedSlot(slot, step_ms) {
  if (Math.abs(slot) * step_ms > TIME_MAX_MS) throw new ProtocolError('a column of no date');
  return slot;
}
