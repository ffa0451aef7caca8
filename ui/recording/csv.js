/** CSV → rows of cells, each with the number of its line, which an error must name: quotes may hold line breaks. Pure. */

/** The one of these that stands most often in the first line. */
const DELIMITERS = [',', ';', '\t'];

/** @param {string} text @returns {Generator<{line: number, cells: string[]}>} lines count from 1; empty ones are left out */
export function* rowsOf(text) {
  const delimiter = delimiterOf(text);
  let [line, begin] = [1, 1];
  let [cell, quoted, wasQuoted] = ['', false, false];
  /** @type {string[]} */
  let cells = [];
  const end = () => {
    cells.push(wasQuoted ? cell : cell.trim());
    [cell, wasQuoted] = ['', false];
  };
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === '\n') line += 1;
    if (quoted && c !== undefined) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"' && cell.trim() === '') {
      [cell, quoted, wasQuoted] = ['', true, true];
    } else if (c === delimiter) {
      end();
    } else if (c === '\n' || c === undefined) {
      end();
      if (cells.length > 1 || cells[0] !== '') yield { line: begin, cells };
      [cells, begin] = [[], line];
    } else if (c !== '\r') {
      cell += c;
    }
  }
}

/** @param {string} text */
function delimiterOf(text) {
  const first = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const count = (/** @type {string} */ delimiter) => first.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
