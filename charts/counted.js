/**
 * Many that came or went at once are told as a number: `web-7: 1,000 down, nodedown`. Where all that the page knows of there
 * must be meant, it says so of each; else the bridge is asked for them, a page after the other. Loaded with the first such number.
 */

import { Rest } from './live/rest.js';
import { isDown } from './series/status.js';
/** @import {LiveModel} from './model.js' */
/** @import {PresenceFrame, Source, SourceGroup} from './types.js' */

const PAGE = 10_000;
/** Sources of one machine that are asked for. */
const ASKED_MAX = 100_000;

export class Counted {
  #rest;
  #model;
  #onChange;
  /** Machines that are asked for, so that each is asked for once at a time. @type {Set<string>} */
  #asking = new Set();

  /** @param {string|Pick<Rest, 'sourcesPage'>} bridge  its origin @param {LiveModel} model @param {() => void} onChange */
  constructor(bridge, model, onChange) {
    this.#rest = typeof bridge === 'string' ? new Rest(bridge) : bridge;
    this.#model = model;
    this.#onChange = onChange;
  }

  /** @param {PresenceFrame} frame  with groups */
  async take({ groups = [], sources, now }) {
    const all = this.#model.sources.list();
    const known = candidates(all, groups);
    const unclear = [];
    /** @type {Source[]} */
    const plain = [];
    for (const group of groups) {
      const meant = known.get(keyOf(group)) ?? [];
      if (group.state === 'down' && meant.length === group.count - group.told) plain.push(...meant.map((source) => ended(source, group, sources, now)));
      else unclear.push(group);
    }
    if (plain.length > 0) this.#merge(plain, now);
    await Promise.all(unclear.map((group) => this.#ask(group)));
  }

  /** @param {SourceGroup} group */
  async #ask({ channel, host }) {
    const key = `${channel} ${host}`;
    if (this.#asking.has(key)) return;
    this.#asking.add(key);
    try {
      for (let offset = 0, total = 1; offset < Math.min(total, ASKED_MAX); offset += PAGE) {
        const page = await this.#rest.sourcesPage({ channel, host, offset, limit: PAGE });
        total = page.total;
        this.#merge(page.sources, this.#model.clock.last);
      }
    } finally {
      this.#asking.delete(key);
    }
  }

  /** What happened is told already, as a number. @param {Source[]} sources @param {number} now */
  #merge(sources, now) {
    this.#model.sources.merge(sources, now, [], false);
    this.#onChange();
  }
}

/** @param {Pick<Source, 'channel'|'host'>} of */
const keyOf = ({ channel, host }) => `${channel} ${host}`;

/** Those of the machines of groups that are there. @param {readonly Source[]} all @param {SourceGroup[]} groups */
function candidates(all, groups) {
  const found = new Map(groups.map((group) => [keyOf(group), /** @type {Source[]} */ ([])]));
  const hosts = new Set(groups.map(({ host }) => host));
  for (const source of all) if (hosts.has(source.host) && !isDown(source)) found.get(keyOf(source))?.push(source);
  return found;
}

/** As one of those that were told one by one. @param {Source} source @param {SourceGroup} group @param {Source[]} told @param {number} now @returns {Source} */
function ended(source, { channel, host, cause }, told, now) {
  const like = told.find((one) => one.channel === channel && one.host === host && isDown(one));
  return { ...source, state: 'down', cause, reason: like?.reason ?? cause, since: like?.since ?? now };
}
