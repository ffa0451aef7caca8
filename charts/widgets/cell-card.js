/** Opens the card of a cell that was clicked; the card itself is loaded by the first click. */

/** @import {CellDialog} from './cell-dialog.js' */
/** @import {ChartFace, DensityCell} from './chart-face.js' */

export class CellCard {
  #host;
  #chart;
  /** @type {Promise<CellDialog>|null} */
  #dialog = null;
  #closed = false;
  #off;

  /**
   * @param {HTMLElement} host  the chart's own element, or one that is positioned over it
   * @param {ChartFace} chart
   */
  constructor(host, chart) {
    this.#host = host;
    this.#chart = chart;
    this.#off = chart.on('cell', (cell) => void this.#show(cell));
  }

  close() {
    this.#off();
    this.#closed = true;
    void this.#dialog?.then((dialog) => dialog.close());
  }

  /** @param {DensityCell} cell */
  async #show(cell) {
    this.#dialog ??= import('./cell-dialog.js').then(({ CellDialog }) => new CellDialog(this.#host, this.#chart));
    const dialog = await this.#dialog;
    if (!this.#closed) dialog.show(cell);
  }
}
