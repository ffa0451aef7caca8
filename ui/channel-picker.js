/** Chooses a channel: a search over those the bridge knows, and any other by its name or as a pattern, `web.*`. */

import { element, setAttribute, setText } from '../charts/dom.js';
import { matching, readChannels } from './channels.js';
import { Menu } from './menu.js';
import { find } from './page.js';
import { isChannel } from './url-state.js';
import { count } from './words.js';
/** @import {ChannelInfo} from './channels.js' */
/** @import {Page} from './types.js' */

/** More are found by typing. */
const ROWS_MAX = 200;
const PAGE = 8;

export class ChannelPicker {
  #page;
  #menu;
  #search = element('input', {
    class: 'eontide-search', attributes: {
      type: 'text', role: 'combobox', 'aria-label': 'Channel', 'aria-expanded': 'true', 'aria-controls': 'channel-list',
      placeholder: 'Channel, or a pattern: web.*', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
      'data-testid': 'channel-search',
    },
  });
  #list = element('div', { class: 'options', attributes: { role: 'listbox', 'aria-label': 'Channels', id: 'channel-list' } });
  #foot = element('p', { class: 'hint' });
  /** @type {ChannelInfo[]} */
  #channels = [];
  #active = 0;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    this.#search.addEventListener('input', () => this.#show());
    this.#search.addEventListener('keydown', (event) => this.#key(event));
    this.#list.addEventListener('click', (event) => {
      const option = event.target instanceof Element ? event.target.closest('[role="option"]') : null;
      if (option) this.#choose(option.getAttribute('data-channel') ?? '');
    });
    const content = element('div', {}, this.#search, this.#list, this.#foot);
    this.#menu = new Menu(find('channel', HTMLButtonElement), 'Channel', content, () => this.#opened());
  }

  open() {
    this.#menu.open();
  }

  get #present() { return this.#page.chart.channel; }

  /** @param {string} channel */
  #choose(channel) {
    this.#page.chart.setChannel(channel);
    this.#page.changed();
    this.#menu.close();
  }

  #opened() {
    this.#search.value = '';
    this.#channels = readChannels(null, this.#present);
    this.#show();
    void this.#load();
  }

  async #load() {
    /** @type {unknown} */
    let answer = null;
    try {
      const response = await fetch('api/v1/channels');
      answer = response.ok ? await response.json() : null;
    } catch {
      // The chart says that the bridge is away; a name can still be typed.
    }
    this.#channels = readChannels(answer, this.#present);
    this.#show();
  }

  #show() {
    const text = this.#search.value.trim();
    const found = matching(this.#channels, text);
    const rows = found.slice(0, ROWS_MAX);
    // What is typed may be a channel that nobody has published on yet, or a pattern of several.
    if (isChannel(text) && !found.some(({ channel }) => channel === text)) rows.push({ channel: text, series: 0, sources: 0 });
    this.#active = Math.max(0, text === '' ? rows.findIndex(({ channel }) => channel === this.#present) : 0);
    this.#list.replaceChildren(...rows.map((info, i) => option(info, i, info.channel === this.#present)));
    setText(this.#foot, found.length > ROWS_MAX ? `and ${count(found.length - ROWS_MAX, navigator.language)} more` : '');
    this.#mark();
  }

  #mark() {
    const options = [...this.#list.children];
    options.forEach((row, i) => row.classList.toggle('active', i === this.#active));
    options[this.#active]?.scrollIntoView({ block: 'nearest' });
    setAttribute(this.#search, 'aria-activedescendant', options[this.#active]?.id ?? '');
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = this.#list.children.length - 1;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[event.key];
    if (event.key === 'Enter') this.#choose(this.#list.children[this.#active]?.getAttribute('data-channel') ?? this.#present);
    else if (step !== undefined) this.#active = Math.max(0, Math.min(last, this.#active + step));
    else return;
    event.preventDefault();
    this.#mark();
  }
}

/** @param {ChannelInfo} info @param {number} i @param {boolean} present */
function option({ channel, series, sources }, i, present) {
  const number = (/** @type {number} */ value) => count(value, navigator.language);
  const figures = series > 0 ? `${number(series)} series · ${number(sources)} sources` : '';
  return element('div', {
    class: 'option', attributes: {
      role: 'option', id: `channel-${i}`, 'aria-selected': String(present), 'data-channel': channel,
      'data-testid': 'channel-option',
    },
  }, element('span', { text: channel }), element('small', { text: figures }));
}
