//# allFunctionsCalledOnLoad
/**
 * Lines written into an image of RGBA words, column by column. Without a GPU a canvas strokes what is wider than one device
 * pixel as the outline of every segment: 13 ms for 15 lines of 600 points at 1.5 px, and 2 ms at one. Here both take some 0.5.
 *
 * x never goes back, so each column of pixels holds one stretch of the line: from the lowest to the highest that it reaches
 * there, half a width beyond at both ends, where it fades by what it covers. Each pixel is touched once, so a translucent
 * line is not darker where it turns. A steep line is as wide as its column, which is what the eye expects of a signal.
 */

/** @typedef {[red: number, green: number, blue: number]} Rgb  0 to 255 */

/**
 * @typedef {object} Stroke
 * @property {Rgb} colour
 * @property {number} alpha  0 to 1
 * @property {number} width  device pixels, at least 1
 * @property {readonly number[]|null} [dash]  device pixels on, off, …, the same array each time; null: solid
 * @property {number} [first]  the image's first column, counted from where dashes begin
 */

/** A point that stands alone, as a multiple of the width; at least a pixel. */
const DOT = 0.85;
/** What a slanted line is taller than a level one of the same width, at 45 degrees and beyond. */
const SLANT = 0.2;

export class Raster {
  width = 0;
  height = 0;
  /** RGBA, alpha not multiplied in, as ImageData has it. @type {Int32Array} */
  words = new Int32Array(0);
  #red = 0;
  #green = 0;
  #blue = 0;
  #word = 0;
  #alpha = 1;
  /** Columns of the present line; null: all. @type {Uint8Array|null} */
  #mask = null;
  /** Of this image, by dash. @type {Map<readonly number[], Uint8Array>} */
  #masks = new Map();

  /**
   * An empty image of this size.
   * @param {number} width  device pixels
   * @param {number} height
   * @param {Int32Array} words  of an ImageData of that size
   */
  begin(width, height, words) {
    this.width = width;
    this.height = height;
    this.words = words;
    words.fill(0);
    this.#masks.clear();
  }

  /**
   * One line. NaN in y lifts the pen, a point alone is a dot.
   * @param {ArrayLike<number>} x  device pixels, ascending; 0 is the left edge of the first
   * @param {ArrayLike<number>} y
   * @param {number} length
   * @param {Stroke} stroke
   */
  line(x, y, length, { colour, alpha, width, dash = null, first = 0 }) {
    this.#take(colour, alpha);
    this.#mask = dash && this.#maskOf(dash, first);
    const half = Math.max(1, width) / 2;
    for (let from = 0; from < length;) {
      if (y[from] !== y[from]) {
        from += 1;
        continue;
      }
      let to = from + 1;
      while (to < length && y[to] === y[to]) to += 1;
      if (to - from === 1) this.#dot(x[from], y[from], Math.max(1, half * 2 * DOT));
      else this.#run(x, y, from, to, half);
      from = to;
    }
  }

  /**
   * All in one loop: called for each column and each pixel, functions cost a first picture, for which nothing is compiled yet, twice as much.
   *
   * @param {ArrayLike<number>} x
   * @param {ArrayLike<number>} y
   * @param {number} from
   * @param {number} to  excluded
   * @param {number} half
   */
  #run(x, y, from, to, half) {
    const { words, width: columns, height } = this;
    const mask = this.#mask;
    const word = this.#word;
    const opaque = word | (255 << 24);
    const red = this.#red;
    const green = this.#green;
    const blue = this.#blue;
    const full = this.#alpha * 255;
    // What lies left of the image is not walked through.
    while (from + 1 < to && x[from + 1] < 0) from += 1;
    let x0 = x[from];
    let y0 = y[from];
    let column = Math.floor(x0);
    if (column >= columns) return;
    let low = y0;
    let high = y0;
    let begin = x0;
    for (let i = from + 1; i <= to; i++) {
      // Behind the last point its column is still to be filled.
      const ends = i === to;
      const x1 = ends ? x0 : x[i];
      const y1 = ends ? y0 : y[i];
      const last = ends ? column + 1 : Math.floor(x1);
      if (last > column) {
        const slope = ends ? 0 : (y1 - y0) / (x1 - x0);
        if (column < 0) {
          if (ends) return;
          // Enters from the left.
          column = 0;
          begin = 0;
          low = high = y0 - x0 * slope;
          if (last <= 0) {
            [low, high] = y1 < low ? [y1, high] : [low, y1];
            x0 = x1;
            y0 = y1;
            continue;
          }
        }
        for (let edge = column + 1; edge <= last; edge++) {
          const at = y0 + (edge - x0) * slope;
          if (at < low) low = at;
          else if (at > high) high = at;
          const tall = high - low;
          const reach = half * (1 + SLANT * (tall < 1 ? tall : 1));
          let top = low - reach;
          let bottom = high + reach;
          if (bottom > 0 && top < height && (mask === null || mask[column] !== 0)) {
            if (top < 0) top = 0;
            if (bottom > height) bottom = height;
            // What rises within a column is as wide as the line, however little of x it takes.
            const part = (ends ? x0 : edge) - begin + tall;
            const covered = part < 1 ? full * part : full;
            const whole = (covered + 0.5) | 0;
            const first = top | 0;
            const end = bottom | 0;
            let a = (covered * (first === end ? bottom - top : first + 1 - top) + 0.5) | 0;
            for (let row = first, index = first * columns + column; row <= end; index += columns) {
              if (a >= 255) words[index] = opaque;
              else if (a > 0) {
                const below = words[index];
                const alphaBelow = below >>> 24;
                if (alphaBelow === 0) words[index] = word | (a << 24);
                else {
                  const out = a + alphaBelow - (a * alphaBelow) / 255;
                  const share = a / out;
                  const r = below & 255;
                  const g = (below >>> 8) & 255;
                  const b = (below >>> 16) & 255;
                  words[index] = (r + (red - r) * share + 0.5) | ((g + (green - g) * share + 0.5) << 8)
                    | ((b + (blue - b) * share + 0.5) << 16) | ((out + 0.5) << 24);
                }
              }
              row += 1;
              a = row < end ? whole : (covered * (bottom - end) + 0.5) | 0;
            }
          }
          if (edge >= columns) return;
          column = edge;
          begin = edge;
          low = high = at;
        }
      }
      if (y1 < low) low = y1;
      else if (y1 > high) high = y1;
      x0 = x1;
      y0 = y1;
    }
  }

  /**
   * Lays the colour over a word. Alpha is not multiplied in, so colours mix in the ratio in which the upper one makes up what is seen.
   * @param {number} at
   * @param {number} covered  0 to 255
   */
  #blend(at, covered) {
    const a = (covered + 0.5) | 0;
    if (a === 0) return;
    const { words } = this;
    const below = words[at];
    const alphaBelow = below >>> 24;
    if (a >= 255 || alphaBelow === 0) {
      words[at] = this.#word | (a << 24);
      return;
    }
    const out = a + alphaBelow - (a * alphaBelow) / 255;
    const part = a / out;
    const r = below & 255;
    const g = (below >>> 8) & 255;
    const b = (below >>> 16) & 255;
    words[at] = (r + (this.#red - r) * part + 0.5) | ((g + (this.#green - g) * part + 0.5) << 8)
      | ((b + (this.#blue - b) * part + 0.5) << 16) | ((out + 0.5) << 24);
  }

  /**
   * Which columns a dashed line is drawn in. Dashes lie on the time axis, not along the line: so they stay where they are
   * while the picture flows, and a piece of it has them where the whole has.
   * @param {readonly number[]} dash
   * @param {number} first  the image's first column, absolute
   */
  #maskOf(dash, first) {
    const known = this.#masks.get(dash);
    if (known) return known;
    const period = dash.reduce((sum, length) => sum + length, 0);
    const mask = new Uint8Array(this.width);
    for (let column = 0; column < mask.length; column++) {
      let at = (first + column) % period;
      let which = 0;
      while (at >= dash[which]) at -= dash[which++];
      mask[column] = which & 1 ? 0 : 1;
    }
    this.#masks.set(dash, mask);
    return mask;
  }

  /** @param {number} x @param {number} y @param {number} radius @param {Rgb} colour */
  disc(x, y, radius, colour) {
    this.#take(colour, 1);
    this.#dot(x, y, radius);
  }

  /** An upright bar around a point. @param {number} x @param {number} y @param {number} half  of its width @param {number} reach  up and down @param {Rgb} colour */
  bar(x, y, half, reach, colour) {
    this.#take(colour, 1);
    const right = x + half;
    for (let column = Math.max(0, Math.floor(x - half)); column < Math.min(this.width, right); column++) {
      const share = Math.min(column + 1, right) - Math.max(column, x - half);
      const top = Math.max(0, Math.floor(y - reach));
      const bottom = Math.min(this.height, y + reach);
      for (let row = top; row < bottom; row++) {
        const part = Math.min(row + 1, y + reach) - Math.max(row, y - reach);
        this.#blend(row * this.width + column, share * part * 255);
      }
    }
  }

  /** @param {Rgb} colour @param {number} alpha */
  #take(colour, alpha) {
    [this.#red, this.#green, this.#blue] = colour;
    this.#word = colour[0] | (colour[1] << 8) | (colour[2] << 16);
    this.#alpha = alpha;
  }

  /** A filled disc. @param {number} x @param {number} y @param {number} radius */
  #dot(x, y, radius) {
    const right = Math.min(this.width, Math.ceil(x + radius));
    const bottom = Math.min(this.height, Math.ceil(y + radius));
    for (let row = Math.max(0, Math.floor(y - radius)); row < bottom; row++) {
      for (let column = Math.max(0, Math.floor(x - radius)); column < right; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        if (distance < radius + 0.5) this.#blend(row * this.width + column, Math.min(1, radius + 0.5 - distance) * 255 * this.#alpha);
      }
    }
  }
}
