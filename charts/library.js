/** The chart for any page: the one of chart.js, with what a page needs that hands over data of its own. */

import { Chart as LiveChart } from './chart.js';
import { Given } from './given.js';
/** @import {ChartOptions} from './options.js' */

export class Chart extends LiveChart {
  /**
   * @param {HTMLElement} host
   * @param {ChartOptions} options
   */
  constructor(host, options) {
    super(host, options, Given);
  }
}

/**
 * Makes a chart in an element and opens it.
 * @param {HTMLElement} host
 * @param {ChartOptions} options
 */
export function chart(host, options) {
  return new Chart(host, options).open();
}
