/** The builder: a channel's keys as they arrive, a chart as chosen, and the code of a page that shows it. */

import { setText } from '../dom.js';
import { eon, PubNub } from '../eon/index.js';
import { Form } from './form.js';
import { Keys } from './keys.js';
import { codeOf, optionsOf, transform } from './options.js';
import { readPlan, writePlan } from './plan.js';
/** @import {Plan} from './plan.js' */

/** Messages of the past that are looked at for keys. */
const LOOK_BACK = 100;
/** Live ones that may be among them: more do not come until they are here. */
const KNOWN_MAX = 10_000;
/** Somebody who types is not interrupted by a chart for each letter. */
const SETTLE_MS = 150;

/** @template {HTMLElement} T @param {string} id @param {{new(): T}} type @returns {T} */
function find(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`builder.html has no #${id}`);
  return found;
}

class Builder {
  plan = readPlan(location.search);
  #keys = new Keys();
  #client = new PubNub({ publishKey: 'demo', subscribeKey: 'demo' });
  #host = find('chart', HTMLElement);
  #note = find('note', HTMLElement);
  #code = find('code', HTMLElement);
  #form = new Form(find('options', HTMLFormElement), this.plan, (what) => this.#changed(what));
  /** @type {any} */
  #chart = null;
  /** The channel that is listened to. */
  #heard = '';
  /** Was its past asked for? */
  #asked = false;
  /** Time tokens of its past, and of what came live before that was here: either may be in the other. @type {Set<string>} */
  #known = new Set();
  #isPastKnown = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #settling;

  constructor() {
    this.#client.addListener({
      message: (/** @type {any} */ { message, timetoken }) => {
        if (!this.#known.has(timetoken)) this.#take(message);
        if (!this.#isPastKnown && this.#known.size < KNOWN_MAX) this.#known.add(timetoken);
      },
      status: (/** @type {any} */ { category, affectedChannels }) => {
        if (category === 'PNConnectedCategory' && affectedChannels.includes(this.#heard)) this.#past();
      },
    });
    find('copy', HTMLButtonElement).addEventListener('click', () => void this.#copy());
    void this.#offer();
    this.#listen();
    this.#draw();
  }

  /** The channels of this bridge. */
  async #offer() {
    try {
      const response = await fetch('/api/v1/channels');
      const { channels } = await response.json();
      this.#form.offer(channels.map((/** @type {any} */ { channel }) => channel));
    } catch {
      // The field takes any name as well.
    }
  }

  /** @param {keyof Plan} what */
  #changed(what) {
    if (what === 'channel') this.#listen();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#draw(), SETTLE_MS);
  }

  #listen() {
    const { channel } = this.plan;
    if (channel === this.#heard) return;
    if (this.#heard) this.#client.unsubscribe({ channels: [this.#heard] });
    this.#heard = channel;
    this.#keys = new Keys();
    this.#form.forgetKeys();
    [this.#asked, this.#isPastKnown, this.#known] = [false, false, new Set()];
    if (channel) this.#client.subscribe({ channels: [channel] });
  }

  /** Once it is connected: what is published before is stored, what is published after comes live, and nothing falls between. */
  #past() {
    const channel = this.#heard;
    if (this.#asked || !channel) return;
    this.#asked = true;
    this.#client.history({ channel, count: LOOK_BACK }, (/** @type {any} */ status, /** @type {any} */ answer) => {
      if (channel !== this.#heard) return;
      this.#isPastKnown = true;
      for (const { entry, timetoken } of status.error ? [] : answer.messages) {
        if (!this.#known.has(timetoken)) this.#take(entry);
        this.#known.add(timetoken);
      }
      this.#tell();
    });
  }

  /** @param {unknown} message */
  #take(message) {
    const nested = this.#keys.nested;
    if (this.#keys.take(message)) {
      this.#form.showKeys(this.#keys.names, (key) => this.#colourOf(key));
      // Only now is it known that the messages have to be flattened.
      if (this.#keys.nested !== nested) this.#draw();
    }
    this.#tell();
  }

  /** That the chart gives it, as a field of colours takes it. @param {string} key */
  #colourOf(key) {
    const colour = this.#chart?.data.colors()[key];
    return /^#[0-9a-f]{6}$/i.test(colour ?? '') ? colour : '#888888';
  }

  #tell() {
    const { messages, empty, names } = this.#keys;
    setText(this.#note, !this.plan.channel ? 'Pick a channel to begin.'
      : messages === 0 ? `Nothing came from ${this.plan.channel} yet.`
        : names.length === 0 ? `${messages} messages, and no number in them: a message is {"eon":{"name":1}} or {"columns":[["name",1]]}.`
          : `${names.length} keys in ${messages} messages${empty > 0 ? `, ${empty} of them without a number` : ''}.`);
  }

  #draw() {
    this.#tell();
    history.replaceState(null, '', location.pathname + writePlan(this.plan));
    this.#chart?.destroy();
    this.#chart = null;
    this.#host.replaceChildren();
    setText(this.#code, this.plan.channel ? codeOf(this.plan, this.#keys.nested, location.origin) : '');
    if (!this.plan.channel) return;
    const { off } = this.plan;
    const shaped = this.#keys.nested || off.length > 0;
    this.#chart = eon.chart({
      ...optionsOf(this.plan), pubnub: this.#client,
      ...(shaped ? { transform: (/** @type {any} */ message) => transform(message, off, eon.c.flatten) } : {}),
    });
    Object.assign(window, { eontideBuilder: { chart: this.#chart, plan: this.plan } });
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#code.textContent ?? '');
      setText(this.#note, 'Copied.');
    } catch {
      // A page that did not come by HTTPS may not touch the clipboard: the reader copies by hand.
      getSelection()?.selectAllChildren(this.#code);
      setText(this.#note, 'Press Ctrl+C to copy.');
    }
  }
}

new Builder();
