/**
 * The page of examples. Each is a function whose text stands beside the chart it makes. A chart lives while it is in sight:
 * however long the page is, a few charts and a few sockets are open.
 */

import { element, setText } from '../index.js';
import { AXES } from './axes.js';
import { codeOf } from './code.js';
import { LIVE } from './live.js';
import { LOOKS } from './looks.js';
import { SHAPES } from './shapes.js';

/**
 * @typedef {object} Kit  what an example finds beside its place
 * @property {HTMLElement} aside  a place for a widget
 * @property {string} channel  `?channel=`, or the bridge's usual one
 * @property {(text: string, act: () => void) => void} button
 * @property {(text: string) => void} say
 *
 * @typedef {object} Example
 * @property {string} title
 * @property {string} about
 * @property {(host: HTMLElement, kit: Kit) => {destroy: () => unknown}} run  its text is shown
 * @property {'low'|'tall'} [aside]  it has a widget
 * @property {boolean} [says]  it has a line of text below
 */

const CHANNEL = 'process-memory-demo';
/** Opened a little before it is seen. */
const MARGIN = '150px';
const SECTIONS = [SHAPES, AXES, LOOKS, LIVE];
const channel = new URLSearchParams(window.location.search).get('channel') ?? CHANNEL;

/** One example: title, chart, what belongs to it, code. */
class Card {
  #example;
  #host = element('div', { class: 'place', attributes: { 'data-testid': 'example-chart' } });
  #aside;
  #buttons = element('div', { class: 'buttons' });
  #said = element('p', { class: 'said' });
  /** @type {{destroy: () => unknown}|null} */
  #running = null;

  /** @param {Example} example */
  constructor(example) {
    this.#example = example;
    this.#aside = element('div', { class: `aside ${example.aside ?? 'none'}` });
    const picture = element('div', { class: 'picture' }, this.#host, this.#aside, this.#buttons, ...(example.says ? [this.#said] : []));
    const head = element('header', {}, element('h3', { text: example.title }), element('p', { text: example.about }));
    this.root = element('article', { class: 'example', attributes: { 'data-testid': 'example', 'data-example': example.run.name } },
      head, picture, codeOf(example.run));
  }

  open() {
    if (this.#running) return;
    this.#running = this.#example.run(this.#host, {
      aside: this.#aside, channel,
      button: (text, act) => {
        const made = element('button', { text, attributes: { type: 'button' } });
        made.addEventListener('click', act);
        this.#buttons.append(made);
      },
      say: (text) => setText(this.#said, text),
    });
    this.root.dataset.open = '';
  }

  close() {
    this.#running?.destroy();
    this.#running = null;
    this.#buttons.replaceChildren();
    setText(this.#said, '');
    delete this.root.dataset.open;
  }
}

/** @type {Map<Element, Card>} */
const cards = new Map();
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const card = cards.get(target);
    if (isIntersecting) card?.open();
    else card?.close();
  }
}, { rootMargin: MARGIN });

const main = /** @type {HTMLElement} */ (document.getElementById('gallery'));
const contents = /** @type {HTMLElement} */ (document.getElementById('contents'));
for (const { id, title, examples } of SECTIONS) {
  contents.append(element('a', { text: title, attributes: { href: `#${id}` } }));
  const section = element('section', { attributes: { id, 'aria-labelledby': `${id}-title` } },
    element('h2', { text: title, attributes: { id: `${id}-title` } }));
  for (const example of examples) {
    const card = new Card(example);
    cards.set(card.root, card);
    section.append(card.root);
  }
  main.append(section);
}
for (const target of cards.keys()) seen.observe(target);
if (window.location.hash) document.getElementById(window.location.hash.slice(1))?.scrollIntoView();

const theme = /** @type {HTMLSelectElement} */ (document.getElementById('theme'));
const root = document.documentElement;
theme.addEventListener('change', () => { root.dataset.theme = theme.value; });

// A chart takes its colours when it is made: those in sight are made anew, but for the one whose button was pressed.
new MutationObserver(() => {
  theme.value = root.dataset.theme ?? '';
  for (const card of cards.values()) {
    if (!('open' in card.root.dataset) || card.root.contains(document.activeElement)) continue;
    card.close();
    card.open();
  }
}).observe(root, { attributeFilter: ['data-theme'] });
