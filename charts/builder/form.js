/** The fields of the builder: one for each part of the plan, in the order in which one decides. */

import { element } from '../dom.js';
import { lookOf } from '../scene.js';
import { BOUNDS, bounded, TYPES } from './plan.js';
/** @import {Plan} from './plan.js' */

/** @typedef {{[K in keyof Plan]: Plan[K] extends boolean ? K : never}[keyof Plan]} Switch */

/** @type {[keyof typeof BOUNDS, string, string][]} */
const NUMBERS = [
  ['limit', 'Points', 'of each series, the newest'], ['rate', 'Draw every (ms)', 'all that came meanwhile, at once'],
  ['duration', 'Move for (ms)', '0: jump'],
];
/** @type {[Switch, string][]} */
const SWITCHES = [
  ['history', 'Begin with the history'], ['xGrid', 'Grid of x'], ['yGrid', 'Grid of y'], ['points', 'Dots'], ['labels', 'Values at the dots'],
  ['tooltips', 'Tooltips'],
];
/** @type {['xLabel'|'yLabel', string][]} */
const TEXTS = [['xLabel', 'Title of x'], ['yLabel', 'Title of y']];

export class Form {
  /** @type {Plan} */
  #plan;
  /** @type {(what: keyof Plan) => void} */
  #changed;
  #channels = element('datalist', { attributes: { id: 'channels' } });
  #keys = element('div', { class: 'keys', attributes: { 'data-testid': 'builder-keys' } });

  /** @param {HTMLElement} host @param {Plan} plan  changed in place @param {(what: keyof Plan) => void} changed */
  constructor(host, plan, changed) {
    [this.#plan, this.#changed] = [plan, changed];
    const channel = this.#text('channel', 'Channel', { list: 'channels', required: '', placeholder: 'pick one, or type its name' });
    const type = element('select', { attributes: { 'data-testid': 'builder-type' } }, ...TYPES.map((text) => element('option', { text, attributes: { value: text } })));
    type.value = plan.type;
    type.addEventListener('change', () => this.#set('type', type.value));
    host.append(channel, this.#channels,
      group('Keys', element('p', { class: 'hint', text: 'They appear as they arrive. Switch one off, call it otherwise, give it a colour.' }), this.#keys),
      group('Drawing', field('Type', type), ...NUMBERS.map((number) => this.#number(...number)), ...SWITCHES.map(([name, label]) => this.#switch(name, label)),
        ...TEXTS.map(([name, label]) => this.#text(name, label, {}))));
    host.addEventListener('submit', (event) => event.preventDefault());
  }

  /** Those that there are, to choose from. @param {string[]} names */
  offer(names) {
    this.#channels.replaceChildren(...names.map((value) => element('option', { attributes: { value } })));
  }

  /** What the channel was seen to send. @param {string[]} names @param {(name: string) => string} colourOf  that the chart gives it */
  showKeys(names, colourOf) {
    const known = new Set([...this.#keys.children].map((row) => row.getAttribute('data-key')));
    for (const name of names) if (!known.has(name)) this.#keys.append(this.#key(name, colourOf(name)));
  }

  forgetKeys() {
    this.#keys.replaceChildren();
  }

  /** @template {keyof Plan} K @param {K} name @param {Plan[K]} value */
  #set(name, value) {
    this.#plan[name] = value;
    this.#changed(name);
  }

  /** @param {'channel'|'xLabel'|'yLabel'} name @param {string} label @param {Record<string, string>} more */
  #text(name, label, more) {
    const input = element('input', { attributes: { type: 'text', autocomplete: 'off', 'data-testid': `builder-${name}`, ...more } });
    input.value = this.#plan[name];
    input.addEventListener('change', () => this.#set(name, input.value.trim()));
    return field(label, input);
  }

  /** @param {keyof typeof BOUNDS} name @param {string} label @param {string} title */
  #number(name, label, title) {
    const [min, max] = BOUNDS[name].map(String);
    const input = element('input', { attributes: { type: 'number', min, max, title, 'data-testid': `builder-${name}` } });
    input.value = String(this.#plan[name]);
    input.addEventListener('change', () => {
      this.#set(name, bounded(name, input.valueAsNumber));
      input.value = String(this.#plan[name]);
    });
    return field(label, input);
  }

  /** @param {Switch} name @param {string} label */
  #switch(name, label) {
    const input = element('input', { attributes: { type: 'checkbox', 'data-testid': `builder-${name}` } });
    input.checked = this.#plan[name];
    input.addEventListener('change', () => this.#set(name, input.checked));
    return element('label', { class: 'switch' }, input, element('span', { text: label }));
  }

  /** @param {string} key @param {string} colour */
  #key(key, colour) {
    const plan = this.#plan;
    const on = element('input', { attributes: { type: 'checkbox', 'aria-label': `Draw ${key}` } });
    const name = element('input', { attributes: { type: 'text', 'aria-label': `Name of ${key}`, placeholder: key } });
    const paint = element('input', { attributes: { type: 'color', 'aria-label': `Colour of ${key}` } });
    on.checked = !plan.off.includes(key);
    name.value = lookOf(plan.names, key) ?? '';
    paint.value = lookOf(plan.colours, key) ?? colour;
    on.addEventListener('change', () => this.#set('off', on.checked ? plan.off.filter((other) => other !== key) : [...plan.off, key]));
    name.addEventListener('change', () => this.#set('names', replaced(plan.names, key, name.value.trim())));
    paint.addEventListener('change', () => this.#set('colours', replaced(plan.colours, key, paint.value)));
    return element('div', { class: 'key', attributes: { 'data-key': key } }, on, paint, name);
  }
}

/** @param {Record<string, string>} all @param {string} key @param {string} value  empty: none */
function replaced(all, key, value) {
  const { [key]: _, ...others } = all;
  return value === '' ? others : { ...others, [key]: value };
}

/** @param {string} label @param {HTMLElement} input */
const field = (label, input) => element('label', { class: 'field' }, element('span', { text: label }), input);

/** @param {string} title @param {...Node} content */
const group = (title, ...content) => element('fieldset', {}, element('legend', { text: title }), ...content);
