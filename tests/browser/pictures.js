/**
 * Compares a screenshot with its reference, tolerantly: fonts and rounding differ between machines, layouts do not. The
 * browser that made the picture also reads it: no decoder is needed.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writePng } from './png.js';

/** @import {Browser} from 'playwright-core' */

/** A pixel differs where one of its colours is further off than this, of 255. */
const LEVELS = 24;
/** So many of them may. */
const SHARE_MAX = 0.01;
const REFERENCES = new URL('screens/', import.meta.url);
const OUT = new URL('out/', import.meta.url);
const updates = process.env.EONTIDE_UPDATE === '1';

/**
 * Throws where a picture is not as it was; the actual one and their difference are then in `out/`. EONTIDE_UPDATE=1 makes it
 * the reference.
 * @param {Browser} browser
 * @param {string} name
 * @param {Buffer} actual  PNG
 */
export async function looksAs(browser, name, actual) {
  const reference = new URL(`${name}.png`, REFERENCES);
  if (updates) {
    mkdirSync(REFERENCES, { recursive: true });
    const kept = await small(browser, actual);
    const { share } = await compare(browser, kept, actual);
    if (share > SHARE_MAX / 2) throw new Error(`${name}: writing it in few colours changed ${(100 * share).toFixed(2)} % of it`);
    writeFileSync(reference, kept);
    return;
  }
  if (!existsSync(reference)) throw new Error(`no reference of ${name}: EONTIDE_UPDATE=1 makes it; look at it before it is kept`);
  const { share, diff } = await compare(browser, readFileSync(reference), actual);
  if (share <= SHARE_MAX) return;
  mkdirSync(OUT, { recursive: true });
  const files = [[`${name}.actual.png`, actual], [`${name}.diff.png`, diff]];
  for (const [file, bytes] of /** @type {[string, Buffer][]} */ (files)) writeFileSync(new URL(file, OUT), bytes);
  throw new Error(`${name}: ${(100 * share).toFixed(2)} % of the pixels differ, see ${fileURLToPath(OUT)}${name}.*.png`);
}

/** The same in few colours. @param {Browser} browser @param {Buffer} png */
async function small(browser, png) {
  const page = await browser.newPage();
  try {
    const { width, height, pixels } = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const { width, height } = image;
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0);
      const bytes = context.getImageData(0, 0, width, height).data;
      let text = '';
      for (let i = 0; i < bytes.length; i += 8_192) text += String.fromCharCode(...bytes.subarray(i, i + 8_192));
      return { width, height, pixels: btoa(text) };
    }, png.toString('base64'));
    return writePng(width, height, Buffer.from(pixels, 'base64'));
  } finally {
    await page.close();
  }
}

/**
 * @param {Browser} browser
 * @param {Buffer} one  PNG
 * @param {Buffer} other
 * @param {number} [levels]
 * @returns {Promise<{share: number, width: number, height: number, diff: Buffer}>} share of pixels that differ; diff: the
 *   second one in pale, with those in red
 */
export async function compare(browser, one, other, levels = LEVELS) {
  const page = await browser.newPage();
  try {
    const pictures = { one: one.toString('base64'), other: other.toString('base64'), levels };
    const { diff, ...figures } = await page.evaluate(inPage, pictures);
    return { ...figures, diff: Buffer.from(diff.split(',')[1], 'base64') };
  } finally {
    await page.close();
  }
}

/** @param {{one: string, other: string, levels: number}} pictures  base64 */
async function inPage({ one, other, levels }) {
  const read = async (/** @type {string} */ base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0);
    return { canvas, context, pixels: context.getImageData(0, 0, image.width, image.height) };
  };
  const [a, b] = [await read(one), await read(other)];
  const { width, height } = b.pixels;
  if (a.pixels.width !== width || a.pixels.height !== height) return { share: 1, width, height, diff: b.canvas.toDataURL() };
  let different = 0;
  const [p, q] = [a.pixels.data, b.pixels.data];
  for (let i = 0; i < p.length; i += 4) {
    const far = Math.max(Math.abs(p[i] - q[i]), Math.abs(p[i + 1] - q[i + 1]), Math.abs(p[i + 2] - q[i + 2])) > levels;
    if (far) different += 1;
    const pale = far ? [220, 0, 40] : [q[i], q[i + 1], q[i + 2]].map((level) => 200 + level / 5);
    [q[i], q[i + 1], q[i + 2]] = pale;
  }
  b.context.putImageData(b.pixels, 0, 0);
  return { share: different / (width * height), width, height, diff: b.canvas.toDataURL() };
}
