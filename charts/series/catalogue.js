/**
 * Every series that is known by name, whether its points are here or not, and what is known of it. In a density view only
 * some lines are held, but the legend lists them all: their names come from what the sources say of themselves.
 */

import { metricsByPrefix } from './metric.js';
import { sortKey } from './sources.js';
/** @import {SourceTable} from './sources.js' */

/** @typedef {import('./sources.js').SeriesFacts} SeriesFacts */

/** Of all catalogues: no two are of one generation, so what is cached of one is not taken for another's. */
let generations = 0;

export class Catalogue {
  /** In reading order: by entity, then as the source lists its series. @type {Map<string, SeriesFacts>} */
  facts = new Map();
  /** Rises when a name comes, goes, or is known better. */
  generation = 0;
  /** The place of each name where a page hands its data over itself: the order of its columns says something. @type {Map<string, number>|null} */
  places = null;
  #seen = '';
  /** The key under which the model last asked whether it still holds: cheaper than that of `update`. */
  asked = '';

  /**
   * @param {SourceTable} sources
   * @param {Iterable<string>} held  names of which there are points
   * @param {Iterable<string>} others  further names: of a density view
   * @param {string} key  of these inputs; nothing is done where it is the one before
   */
  update(sources, held, others, key) {
    if (key === this.#seen) return;
    this.#seen = key;
    this.generation = ++generations;
    const names = new Set(held);
    for (const name of others) names.add(name);
    const prefixes = metricsByPrefix([...names].filter((name) => !sources.ownerOf(name)));
    const keyed = [...names].map((name) => {
      const fact = sources.factsOf(name, prefixes.get(name) ?? name);
      return { fact, order: this.places ? '' : sortKey(fact.entity), rank: this.places?.get(name) ?? fact.place };
    });
    keyed.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.rank - b.rank || (a.fact.name < b.fact.name ? -1 : 1)));
    this.facts = new Map(keyed.map(({ fact }) => [fact.name, fact]));
  }
}
