/** The legend of C3, in HTML: below the plot, each entry hides its series, and pointed at it stands out alone. */

import { element, setText } from '../../dom.js';

/**
 * @typedef {object} LegendEntry
 * @property {string} id
 * @property {string} name
 * @property {string} colour
 * @property {boolean} hidden
 * @property {boolean} faded
 *
 * @typedef {{onClick: (id: string) => void, onOver: (id: string|null) => void}} LegendHands
 */

/** As C3 makes a class of a name. @param {string} id */
export const classOf = (id) => `c3-legend-item-${id.replace(/[^\w-]/g, '-')}`;

export class EonLegend {
  #root;
  #hands;
  /** @type {Map<string, HTMLButtonElement>} */
  #items = new Map();

  /** @param {HTMLElement} root @param {LegendHands} hands */
  constructor(root, hands) {
    this.#root = root;
    this.#hands = hands;
  }

  /** @param {readonly LegendEntry[]} entries */
  show(entries) {
    const wanted = new Set(entries.map(({ id }) => id));
    for (const [id, item] of this.#items) {
      if (wanted.has(id)) continue;
      item.remove();
      this.#items.delete(id);
    }
    entries.forEach(({ id, name, colour, hidden, faded }, i) => {
      const item = this.#items.get(id) ?? this.#add(id);
      if (this.#root.children[i] !== item) this.#root.insertBefore(item, this.#root.children[i] ?? null);
      const [tile, text] = /** @type {HTMLElement[]} */ ([...item.children]);
      if (tile.style.background !== colour) tile.style.background = colour;
      setText(text, name);
      item.classList.toggle('c3-legend-item-hidden', hidden);
      item.classList.toggle('c3-legend-item-faded', faded);
      item.setAttribute('aria-pressed', String(!hidden));
    });
  }

  /** @param {string} id */
  #add(id) {
    const item = element('button', { class: `c3-legend-item ${classOf(id)}`, attributes: { type: 'button', 'data-id': id } },
      element('span', { class: 'c3-legend-item-tile' }), element('span'));
    item.addEventListener('click', () => this.#hands.onClick(id));
    item.addEventListener('pointerenter', () => this.#hands.onOver(id));
    item.addEventListener('pointerleave', () => this.#hands.onOver(null));
    this.#items.set(id, item);
    return item;
  }
}
