/**
 * A context that the chart draws on as on a canvas, and that writes down an SVG document of the same picture. It knows the
 * calls that our draw functions use; another one fails loudly, as a call of a function that is not there.
 *
 * What only a canvas knows (how wide a text is, what `rgb(1 2 3 / 50%)` means) is asked of a real context.
 */

import { IDENTITY, multiply, scaleOf, short, SvgPath } from './svg-path.js';
/** @import {Matrix} from './svg-path.js' */

/**
 * @typedef {Pick<CanvasRenderingContext2D, 'measureText'|'font'|'textBaseline'|'fillStyle'>} Ruler  a real context, or a test's
 *
 * @typedef {object} Styles  of a canvas context, with its defaults
 * @property {string} fillStyle
 * @property {string} strokeStyle
 * @property {number} lineWidth
 * @property {CanvasLineCap} lineCap
 * @property {CanvasLineJoin} lineJoin
 * @property {number} miterLimit
 * @property {number} lineDashOffset
 * @property {number} globalAlpha
 * @property {string} globalCompositeOperation
 * @property {string} font
 * @property {CanvasTextAlign} textAlign
 * @property {CanvasTextBaseline} textBaseline
 * @property {boolean} imageSmoothingEnabled
 */

/** @type {Styles} */
const STYLES = {
  fillStyle: '#000000', strokeStyle: '#000000', lineWidth: 1, lineCap: 'butt', lineJoin: 'miter', miterLimit: 10,
  lineDashOffset: 0, globalAlpha: 1, globalCompositeOperation: 'source-over', font: '10px sans-serif', textAlign: 'start',
  textBaseline: 'alphabetic', imageSmoothingEnabled: true,
};
const ANCHORS = { start: 'start', left: 'start', center: 'middle', right: 'end', end: 'end' };
/** @type {Record<string, string>} */
const BLENDS = { 'source-over': '', lighter: 'plus-lighter' };
const FONT = /^(?:(italic|oblique)\s+)?(?:(bold|[1-9]00)\s+)?([0-9.]+)px(?:\/\S+)?\s+(.+)$/;

/** @implements {Styles} */
export class SvgContext {
  fillStyle = STYLES.fillStyle;
  strokeStyle = STYLES.strokeStyle;
  lineWidth = STYLES.lineWidth;
  lineCap = STYLES.lineCap;
  lineJoin = STYLES.lineJoin;
  miterLimit = STYLES.miterLimit;
  lineDashOffset = STYLES.lineDashOffset;
  globalAlpha = STYLES.globalAlpha;
  globalCompositeOperation = STYLES.globalCompositeOperation;
  font = STYLES.font;
  textAlign = STYLES.textAlign;
  textBaseline = STYLES.textBaseline;
  imageSmoothingEnabled = STYLES.imageSmoothingEnabled;
  #width;
  #height;
  #ruler;
  #matrix = IDENTITY;
  /** @type {number[]} */
  #dash = [];
  #path = new SvgPath();
  /** Number of the clip path in force, 0: none. */
  #clip = 0;
  /** @type {string[]} */
  #clips = [];
  /** @type {{clip: number, text: string}[]} */
  #elements = [];
  /** @type {(() => void)[]} */
  #saved = [];
  /** @type {Map<string, number>} */
  #shifts = new Map();
  /** @type {Map<string, {colour: string, alpha: number}>} */
  #paints = new Map();

  /** @param {number} width @param {number} height @param {Ruler} ruler */
  constructor(width, height, ruler) {
    this.#width = width;
    this.#height = height;
    this.#ruler = ruler;
  }

  /** @param {{title: string, description: string}} about @returns {string} the document */
  document({ title, description }) {
    const [width, height] = [short(this.#width), short(this.#height)];
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    const defs = this.#clips.length > 0 ? `<defs>${this.#clips.join('')}</defs>\n` : '';
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">\n<title>${escape(title)}</title>\n`
      + `<desc>${escape(description)}</desc>\n${defs}${this.#groups()}</svg>\n`;
  }

  // === state ===

  save() {
    const matrix = this.#matrix;
    const dash = this.#dash;
    const clip = this.#clip;
    /** @type {Styles} */
    const styles = { ...STYLES };
    for (const name of STYLE_NAMES) copy(styles, this, name);
    this.#saved.push(() => {
      this.#matrix = matrix;
      this.#dash = dash;
      this.#clip = clip;
      Object.assign(this, styles);
    });
  }

  restore() {
    this.#saved.pop()?.();
  }

  /** @param {number} x @param {number} y */
  translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
  /** @param {number} x @param {number} y */
  scale(x, y) { this.transform(x, 0, 0, y, 0, 0); }
  /** @param {number} angle */
  rotate(angle) { this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0); }
  /** @param {Matrix} by */
  transform(...by) { this.#matrix = multiply(this.#matrix, by); }
  /** @param {Matrix} to */
  setTransform(...to) { this.#matrix = to; }
  resetTransform() { this.#matrix = IDENTITY; }
  /** @param {number[]} lengths */
  setLineDash(lengths) { this.#dash = [...lengths]; }
  getLineDash() { return [...this.#dash]; }

  // === paths ===

  beginPath() { this.#path = new SvgPath(); }
  closePath() { this.#path.closePath(); }
  /** @param {number} x @param {number} y */
  moveTo(x, y) { this.#path.moveTo(this.#matrix, x, y); }
  /** @param {number} x @param {number} y */
  lineTo(x, y) { this.#path.lineTo(this.#matrix, x, y); }
  /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {number} x @param {number} y */
  bezierCurveTo(x1, y1, x2, y2, x, y) { this.#path.curveTo(this.#matrix, x1, y1, x2, y2, x, y); }
  /** @param {number} x1 @param {number} y1 @param {number} x @param {number} y */
  quadraticCurveTo(x1, y1, x, y) { this.#path.curveTo(this.#matrix, x1, y1, x, y); }
  /**
   * @param {number} x @param {number} y @param {number} radius @param {number} start @param {number} end
   * @param {boolean} [back]
   */
  arc(x, y, radius, start, end, back) { this.#path.arc(this.#matrix, x, y, radius, start, end, back); }
  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) { this.#path.rect(this.#matrix, x, y, width, height); }

  clip() {
    const within = this.#clip > 0 ? ` clip-path="url(#c${this.#clip})"` : '';
    this.#clips.push(`<clipPath id="c${this.#clips.length + 1}"${within}><path d="${this.#path.data}"/></clipPath>`);
    this.#clip = this.#clips.length;
  }

  stroke() {
    this.#strokePath(this.#path);
  }

  /** @param {CanvasFillRule} [rule] */
  fill(rule) {
    this.#fillPath(this.#path, rule);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) {
    const path = new SvgPath();
    path.rect(this.#matrix, x, y, width, height);
    this.#fillPath(path);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  strokeRect(x, y, width, height) {
    const path = new SvgPath();
    path.rect(this.#matrix, x, y, width, height);
    this.#strokePath(path);
  }

  /** What is wiped away was drawn for nothing; only the whole picture is ever wiped. */
  clearRect() {
    this.#elements = [];
  }

  // === text and images ===

  /** @param {string} text @returns {TextMetrics} */
  measureText(text) {
    this.#ruler.font = this.font;
    return this.#ruler.measureText(text);
  }

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    this.#text(text, x, y, this.#fillOf(this.fillStyle, 'fill'));
  }

  /** @param {string} text @param {number} x @param {number} y */
  strokeText(text, x, y) {
    this.#text(text, x, y, ` fill="none"${this.#strokeAttributes(1)}`);
  }

  /**
   * @param {HTMLCanvasElement|OffscreenCanvas} image
   * @param {...number} at  dx dy, or dx dy dw dh, or sx sy sw sh dx dy dw dh
   */
  drawImage(image, ...at) {
    const [sx, sy, sw, sh] = at.length === 8 ? at : [0, 0, image.width, image.height];
    const [dx, dy, dw = sw, dh = sh] = at.length === 8 ? at.slice(4) : at;
    const piece = document.createElement('canvas');
    piece.width = Math.max(1, Math.round(sw));
    piece.height = Math.max(1, Math.round(sh));
    piece.getContext('2d')?.drawImage(image, sx, sy, sw, sh, 0, 0, piece.width, piece.height);
    const crisp = this.imageSmoothingEnabled ? '' : ' image-rendering="pixelated"';
    const alpha = this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : '';
    this.#add(`<image x="${short(dx)}" y="${short(dy)}" width="${short(dw)}" height="${short(dh)}" preserveAspectRatio="none"`
      + `${crisp}${alpha}${this.#transformOf()} href="${piece.toDataURL('image/png')}"/>`);
  }

  // === writing ===

  /** @param {SvgPath} path */
  #strokePath(path) {
    if (!path.empty) this.#add(`<path d="${path.data}" fill="none"${this.#strokeAttributes(scaleOf(this.#matrix))}/>`);
  }

  /** @param {SvgPath} path @param {CanvasFillRule} [rule] */
  #fillPath(path, rule) {
    const evenOdd = rule === 'evenodd' ? ' fill-rule="evenodd"' : '';
    if (!path.empty) this.#add(`<path d="${path.data}"${this.#fillOf(this.fillStyle, 'fill')}${evenOdd}/>`);
  }

  /** @param {number} scale */
  #strokeAttributes(scale) {
    const lengths = this.#dash.map((length) => short(length * scale)).join(' ');
    const dash = lengths === '' ? '' : ` stroke-dasharray="${lengths}"`;
    const offset = dash && this.lineDashOffset ? ` stroke-dashoffset="${short(this.lineDashOffset * scale)}"` : '';
    const cap = this.lineCap === 'butt' ? '' : ` stroke-linecap="${this.lineCap}"`;
    const join = this.lineJoin === 'miter' ? ` stroke-miterlimit="${this.miterLimit}"` : ` stroke-linejoin="${this.lineJoin}"`;
    const width = ` stroke-width="${short(this.lineWidth * scale)}"`;
    return `${this.#fillOf(this.strokeStyle, 'stroke')}${width}${dash}${offset}${cap}${join}`;
  }

  /** @param {string} style @param {'fill'|'stroke'} as */
  #fillOf(style, as) {
    const { colour, alpha } = this.#paint(style);
    const seen = alpha * this.globalAlpha;
    return ` ${as}="${escape(colour)}"${seen < 1 ? ` ${as}-opacity="${Math.round(seen * 1000) / 1000}"` : ''}`;
  }

  /** The two ways a canvas says back a colour: `#rrggbb`, and `rgba(…)` where light shines through. @param {string} style */
  #paint(style) {
    let paint = this.#paints.get(style);
    if (!paint) {
      this.#ruler.fillStyle = '#000000';
      this.#ruler.fillStyle = style;
      const said = String(this.#ruler.fillStyle);
      const [, r, g, b, alpha] = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/.exec(said) ?? [];
      const hex = (/** @type {string} */ part) => Number(part).toString(16).padStart(2, '0');
      paint = alpha ? { colour: `#${hex(r)}${hex(g)}${hex(b)}`, alpha: Number(alpha) } : { colour: said, alpha: 1 };
      this.#paints.set(style, paint);
    }
    return paint;
  }

  /** @param {string} text @param {number} x @param {number} y @param {string} paint */
  #text(text, x, y, paint) {
    const [, slant, weight, size = '10', family = 'sans-serif'] = FONT.exec(this.font) ?? [];
    const style = `${weight ? ` font-weight="${weight}"` : ''}${slant ? ` font-style="${slant}"` : ''}`;
    const font = ` font-family="${escape(family)}" font-size="${size}"${style}`;
    const anchor = ANCHORS[this.textAlign];
    const place = ` x="${short(x)}" y="${short(y + this.#baselineShift())}"`;
    this.#add(`<text${place}${font}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`
      + `${paint}${this.#transformOf()} xml:space="preserve">${escape(text)}</text>`);
  }

  /** SVG renderers disagree on every baseline but the alphabetic one: how far that lies below the one wanted. */
  #baselineShift() {
    if (this.textBaseline === 'alphabetic') return 0;
    const key = `${this.textBaseline} ${this.font}`;
    let shift = this.#shifts.get(key);
    if (shift === undefined) {
      const ascent = (/** @type {CanvasTextBaseline} */ baseline) => {
        this.#ruler.font = this.font;
        this.#ruler.textBaseline = baseline;
        return this.#ruler.measureText('H').actualBoundingBoxAscent;
      };
      shift = ascent('alphabetic') - ascent(this.textBaseline);
      this.#ruler.textBaseline = 'alphabetic';
      this.#shifts.set(key, shift);
    }
    return shift;
  }

  #transformOf() {
    const m = this.#matrix;
    if (m.every((part, i) => part === IDENTITY[i])) return '';
    return ` transform="matrix(${m.map((part) => Math.round(part * 1e4) / 1e4).join(' ')})"`;
  }

  /** @param {string} text  of an element */
  #add(text) {
    const blend = BLENDS[this.globalCompositeOperation] ?? this.globalCompositeOperation;
    const mixed = blend === '' ? text : `<g style="mix-blend-mode:${escape(blend)}">${text}</g>`;
    this.#elements.push({ clip: this.#clip, text: mixed });
  }

  /** Neighbours under the same clip path share a group. */
  #groups() {
    let text = '';
    let clip = 0;
    for (const element of this.#elements) {
      if (element.clip !== clip) {
        if (clip > 0) text += '</g>\n';
        if (element.clip > 0) text += `<g clip-path="url(#c${element.clip})">\n`;
        clip = element.clip;
      }
      text += `${element.text}\n`;
    }
    return clip > 0 ? `${text}</g>\n` : text;
  }
}

const STYLE_NAMES = /** @type {(keyof Styles)[]} */ (Object.keys(STYLES));

/** @template {keyof Styles} K @param {Styles} to @param {Styles} from @param {K} name */
function copy(to, from, name) {
  to[name] = from[name];
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
    // Characters that XML forbids would make the whole document unreadable.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}
