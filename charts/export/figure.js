/**
 * The chart as a figure that stands alone: title and time above, the picture, the lines' names beneath. Drawn on any
 * canvas-like context, so that PNG and SVG show the same.
 */

/**
 * @typedef {{width: number, height: number, draw: (context: CanvasRenderingContext2D) => void}} Picture  in CSS pixels
 * @typedef {{label: string, colour: string, dash: readonly number[]}} Entry  of the legend
 * @typedef {{background: string, ink: string, muted: string, font: string}} FigureTheme  font: a family
 *
 * @typedef {object} About
 * @property {string} title
 * @property {string} detail  what of many series is shown; empty: all
 * @property {string} subtitle
 * @property {Entry[]} entries
 * @property {number} more  lines without an entry
 * @property {string} [locale]  of the digits
 * @property {FigureTheme} theme
 */

const PADDING = 14;
const HEAD_PX = 40;
const ROW_PX = 18;
const ROWS_MAX = 5;
const SWATCH_PX = 20;
const GAP_PX = 16;

/**
 * @param {Picture} picture
 * @param {About} about
 * @param {(text: string, font: string) => number} widthOf  of a text
 * @returns {Picture}
 */
export function figure(picture, about, widthOf) {
  const { theme } = about;
  const small = `12px ${theme.font}`;
  const { placed, rows } = placeEntries(about, picture.width - 2 * PADDING, (text) => widthOf(text, small));
  const height = HEAD_PX + picture.height + (rows > 0 ? rows * ROW_PX + PADDING : 0);
  /** @param {CanvasRenderingContext2D} context */
  const draw = (context) => {
    context.fillStyle = theme.background;
    context.fillRect(0, 0, picture.width, height);
    context.save();
    context.translate(0, HEAD_PX);
    picture.draw(context);
    context.restore();
    drawHead(context, picture.width, about);
    context.font = small;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.lineWidth = 2;
    for (const { x, row, text, entry } of placed) {
      const y = HEAD_PX + picture.height + row * ROW_PX + ROW_PX / 2;
      if (entry) drawSwatch(context, x, y, entry);
      context.fillStyle = entry ? theme.ink : theme.muted;
      context.fillText(text, entry ? x + SWATCH_PX + 6 : x, y);
    }
  };
  return { width: picture.width, height, draw };
}

/** @param {CanvasRenderingContext2D} context @param {number} width @param {About} about */
function drawHead(context, width, { title, detail, subtitle, theme }) {
  const y = HEAD_PX / 2;
  context.textBaseline = 'middle';
  context.fillStyle = theme.ink;
  context.font = `600 15px ${theme.font}`;
  context.textAlign = 'left';
  context.fillText(title, PADDING, y);
  let left = PADDING + context.measureText(title).width + GAP_PX;
  context.fillStyle = theme.muted;
  context.font = `12px ${theme.font}`;
  const right = width - PADDING - context.measureText(subtitle).width;
  if (detail !== '' && left + context.measureText(detail).width <= width - PADDING) {
    context.fillText(detail, left, y);
    left += context.measureText(detail).width + GAP_PX;
  }
  if (left > right) return;
  context.textAlign = 'right';
  context.fillText(subtitle, width - PADDING, y);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {Entry} entry */
function drawSwatch(context, x, y, { colour, dash }) {
  context.strokeStyle = colour;
  context.setLineDash([...dash]);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + SWATCH_PX, y);
  context.stroke();
  context.setLineDash([]);
}

/**
 * In rows, as words stand in a text; what does not fit into five rows is counted.
 * @param {Pick<About, 'entries'|'more'|'locale'>} about
 * @param {number} width
 * @param {(text: string) => number} widthOf
 */
export function placeEntries({ entries, more, locale }, width, widthOf) {
  /** @type {{x: number, row: number, text: string, entry: Entry|null}[]} */
  const placed = [];
  // The last row keeps room for saying how many are missing.
  const reserved = widthOf('and 00,000 more') + GAP_PX;
  let x = 0;
  let row = 0;
  let left = entries.length + more;
  for (const entry of entries) {
    const wide = SWATCH_PX + 6 + widthOf(entry.label) + GAP_PX;
    if (x > 0 && x + wide - GAP_PX > width - (row === ROWS_MAX - 1 ? reserved : 0)) {
      if (row === ROWS_MAX - 1) break;
      row += 1;
      x = 0;
    }
    placed.push({ x: PADDING + x, row, text: entry.label, entry });
    x += wide;
    left -= 1;
  }
  const missing = left.toLocaleString(locale);
  if (left > 0) placed.push({ x: PADDING + x, row, text: x === 0 ? `${missing} lines` : `and ${missing} more`, entry: null });
  return { placed, rows: placed.length > 0 ? row + 1 : 0 };
}
