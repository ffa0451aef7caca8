/**
 * Which sources the table shows, and in which order, of 100,000 of them: by any column, both ways, what a search leaves, those
 * of one machine that went for the same cause as one line. Loaded by the first who asks for more than a few, down first.
 *
 * A change of some sources costs some comparisons each, found by halving, not another order of all. What must look at all, another order or
 * another search, is done in parts, and between two parts the page answers: rows that are found stand there already.
 */

import { parseFilter } from '../series/filter.js';
import { isDown } from '../series/status.js';
import { byId, keyFor } from './source-order.js';
/** @import {Entry, SourceSort} from './source-order.js' */
/** @import {Source} from '../types.js' */

/** Looks at a source, or comparisons of two, of one part: some 2 to 4 ms. */
export const PART = 8_000;
/** A part of the page's time, ms: as many parts as fit. */
const SLICE_MS = 6;
/** So many of one machine that went for the same cause are a line. */
export const MANY = 5;
/** More than are in sight. */
const SEEN = 200;
/** How the key of such a line begins: no id does. */
const LINE = '\n';

/**
 * @typedef {{sort: SourceSort, text: string, ranking: readonly string[]|null}} Wish  ranking: names of series, highest first, where sorted by
 *   a value
 * @typedef {{key: string, host: string, cause: string, count: number, since: number, open: boolean}} Line
 */

export class SourceIndex {
  /** Of the rows, in order. @type {readonly string[]} */
  keys = [];
  /** Comparisons and looks at a source so far: what it costs. */
  work = 0;
  /** The most of them between two moments in which the page could answer. */
  mostAtOnce = 0;
  #onChange;
  #later;
  /** @type {readonly Source[]} */
  #list = [];
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** All, in order. @type {Entry[]} */
  #sorted = [];
  /** Those that fit the search, in order. @type {Entry[]} */
  #found = [];
  /** @type {Wish} */
  #wish = { sort: { column: 'source', descending: false }, text: '', ranking: null };
  /** @type {(source: Source) => boolean} */
  #fits = () => true;
  /** @type {Generator<void, void>|null} */
  #job = null;
  #waits = false;
  /** Changed while a job was under way. @type {Set<Entry>} */
  #dirty = new Set();
  /** By machine and cause. @type {Map<string, Line>} */
  #lines = new Map();
  #closed = false;

  /** @param {() => void} onChange  there are other rows @param {(run: () => void) => void} [later] */
  constructor(onChange, later = (run) => setTimeout(run)) {
    this.#onChange = onChange;
    this.#later = later;
  }

  /** Is an order or a search under way? */
  get busy() { return this.#job !== null; }
  /** How many fit the search, so far. */
  get count() { return this.#found.length; }
  /** @param {string} key @returns {(Source & {line?: Line})|undefined} of a line what its row says */
  get(key) {
    return key.startsWith(LINE) ? asSource(this.#lines.get(key)) : this.#entries.get(key)?.source;
  }

  close() {
    this.#closed = true;
    this.#job = null;
  }

  /** Shows those behind a line, or no more. @param {string} key @returns {boolean} was it a line? */
  toggle(key) {
    const line = this.#lines.get(key);
    if (!line) return false;
    line.open = !line.open;
    this.#tell();
    return true;
  }

  /** @param {readonly Source[]} list  by id @param {Wish} wish */
  show(list, wish) {
    const other = wish.sort !== this.#wish.sort || wish.ranking !== this.#wish.ranking;
    const search = wish.text !== this.#wish.text;
    this.#wish = wish;
    if (search) this.#fits = matcher(wish.text);
    const changed = list === this.#list ? [] : this.#take(list);
    const ordered = !this.#job && changed.length === 0 && this.#dirty.size === 0 && this.#sorted.length > 0;
    if (other || search || changed.length > this.#entries.size / 4) return this.#begin(other || !ordered);
    if (this.#job) for (const entry of changed) this.#dirty.add(entry);
    else if (changed.length > 0) this.#apply(changed);
  }

  /** What is another in a list of the same order. @param {readonly Source[]} list @returns {Entry[]} */
  #take(list) {
    const before = this.#list;
    this.#list = list;
    /** @type {Entry[]} */
    const changed = [];
    let j = 0;
    for (let i = 0; i < list.length; i += 1) {
      const source = list[i];
      if (source === before[j]) {
        j += 1;
        continue;
      }
      const entry = this.#entries.get(source.id);
      // Before one that is known stood those that are gone.
      while (entry && j < before.length && before[j].id !== source.id) this.#drop(before[j++], changed);
      if (entry) j += 1;
      const known = this.#entries.get(source.id);
      changed.push(this.#put(known, source));
    }
    while (j < before.length) this.#drop(before[j++], changed);
    return changed;
  }

  /** @param {Entry|undefined} entry @param {Source} source */
  #put(entry, source) {
    if (!entry) this.#entries.set(source.id, entry = { id: source.id, source, name: null, key: 0, placed: false, found: false, line: null, gone: false });
    entry.source = source;
    this.#enter(entry);
    return entry;
  }

  /** @param {Source} source @param {Entry[]} changed */
  #drop({ id }, changed) {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    entry.gone = true;
    this.#enter(entry);
    changed.push(entry);
  }

  /** Into the line of its machine, or out of it. @param {Entry} entry */
  #enter(entry) {
    const { source, gone } = entry;
    const key = !gone && source.host !== null && source.cause !== null && isDown(source) ? `${LINE}${source.host}${LINE}${source.cause}` : null;
    if (key === entry.line) return;
    const before = this.#lines.get(entry.line ?? '');
    if (before && (before.count -= 1) === 0) this.#lines.delete(before.key);
    entry.line = key;
    if (key === null) return;
    const line = this.#lines.get(key);
    if (line) line.count += 1;
    else this.#lines.set(key, { key, host: source.host ?? '', cause: source.cause ?? '', count: 1, since: source.since, open: false });
  }

  /** @param {Entry} a @param {Entry} b */
  #compare = (a, b) => {
    this.work += 1;
    const { column, descending } = this.#wish.sort;
    const sign = descending ? -1 : 1;
    if (a.key < b.key) return -sign;
    if (a.key > b.key) return sign;
    return column === 'source' ? byId(a, b) * sign : byId(a, b);
  };

  /** @param {boolean} orders  or is only searched */
  #begin(orders) {
    this.#dirty.clear();
    this.#job = this.#all(orders);
    this.#run();
  }

  /** @param {boolean} orders */
  * #all(orders) {
    if (orders) {
      const entries = [...this.#entries.values()];
      const keyOf = yield* this.#keys();
      for (const entry of entries) {
        entry.key = keyOf(entry.source);
        if ((this.work += 1) % PART === 0) yield;
      }
      this.#sorted = yield* this.#ordered(entries);
    }
    /** @type {Entry[]} */
    const found = [];
    let told = false;
    for (const entry of this.#sorted) {
      entry.placed = true;
      entry.found = this.#fits(entry.source);
      if (entry.found) found.push(entry);
      if ((this.work += 1) % PART !== 0) continue;
      this.#found = found;
      // What stands first is seen first.
      if (!told && found.length > SEEN) this.#tell();
      told ||= found.length > SEEN;
      yield;
    }
    this.#found = found;
  }

  * #keys() {
    const { sort, ranking } = this.#wish;
    if (!ranking) return keyFor(sort);
    /** @type {Map<string, string>} */
    const owners = new Map();
    for (const { source } of this.#entries.values()) {
      for (const { name } of source.series) owners.set(name, source.id);
      if ((this.work += 1) % PART === 0) yield;
    }
    /** @type {Map<string, number>} */
    const places = new Map();
    for (let i = 0; i < ranking.length; i += 1) {
      const id = owners.get(ranking[i]);
      // The highest first is what descending means; who has none stands last either way.
      if (id !== undefined && !places.has(id)) places.set(id, -i);
      if ((this.work += 1) % PART === 0) yield;
    }
    const last = sort.descending ? -Infinity : Infinity;
    return (/** @type {Source} */ { id }) => places.get(id) ?? last;
  }

  /** Merges runs of twice the length each time: sort() could not be left in the middle. @param {Entry[]} entries @returns {Generator<void, Entry[]>} */
  * #ordered(entries) {
    const run = 512;
    for (let from = 0; from < entries.length; from += run) {
      const part = entries.slice(from, from + run).sort(this.#compare);
      for (let i = 0; i < part.length; i += 1) entries[from + i] = part[i];
      yield;
    }
    let [from, to] = [entries, new Array(entries.length)];
    for (let length = run; length < entries.length; length *= 2) {
      for (let begin = 0; begin < from.length; begin += 2 * length) {
        const [middle, end] = [Math.min(begin + length, from.length), Math.min(begin + 2 * length, from.length)];
        for (let [i, j, at] = [begin, middle, begin]; at < end; at += 1) {
          to[at] = j >= end || (i < middle && this.#compare(from[i], from[j]) <= 0) ? from[i++] : from[j++];
          if (at % PART === 0) yield;
        }
      }
      [from, to] = [to, from];
    }
    return from;
  }

  #run() {
    const ends = performance.now() + SLICE_MS;
    const began = this.work;
    do {
      if (this.#job?.next().done) this.#job = null;
    } while (this.#job && performance.now() < ends && this.work - began < PART * 4);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.work - began);
    if (!this.#job) {
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      if (dirty.length > 0) this.#apply(dirty);
      else this.#tell();
    } else if (!this.#waits) {
      this.#waits = true;
      this.#later(() => {
        this.#waits = false;
        if (this.#job && !this.#closed) this.#run();
      });
    }
  }

  /** @param {Entry[]} changed */
  #apply(changed) {
    const began = this.work;
    const places = changed.filter(({ placed }) => placed).map((entry) => this.#placeOf(this.#sorted, entry));
    const places2 = changed.filter(({ placed, found }) => placed && found).map((entry) => this.#placeOf(this.#found, entry));
    const keyOf = this.#wish.ranking ? () => 0 : keyFor(this.#wish.sort);
    const here = changed.filter(({ gone }) => !gone);
    for (const entry of here) {
      if (!this.#wish.ranking || !entry.placed) entry.key = keyOf(entry.source);
      entry.placed = true;
      entry.found = this.#fits(entry.source);
      this.work += 1;
    }
    here.sort(this.#compare);
    this.#sorted = this.#spliced(this.#sorted, places, here);
    this.#found = this.#spliced(this.#found, places2, here.filter(({ found }) => found));
    this.mostAtOnce = Math.max(this.mostAtOnce, this.work - began);
    this.#tell();
  }

  /** @param {Entry[]} entries @param {Entry} entry  with the key it has there */
  #placeOf(entries, entry) {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(entries[middle], entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Without those at some places, and with others at theirs. @param {Entry[]} entries @param {number[]} places @param {Entry[]} added  in order */
  #spliced(entries, places, added) {
    const gone = places.sort((a, b) => a - b);
    /** @type {Entry[][]} */
    let pieces = [];
    let from = 0;
    for (const place of gone) {
      if (place > from) pieces.push(entries.slice(from, place));
      from = place + 1;
    }
    const kept = joined(pieces, gone.length === 0 ? entries : entries.slice(from));
    if (added.length === 0) return kept;
    pieces = [];
    from = 0;
    for (const entry of added) {
      const place = this.#placeOf(kept, entry);
      pieces.push(kept.slice(from, place), [entry]);
      from = place;
    }
    return joined(pieces, kept.slice(from));
  }

  #tell() {
    this.keys = this.#collapsed();
    this.#onChange();
  }

  /** Down first, and not searched: many of a machine are a line, and those behind it follow where it is open. */
  #collapsed() {
    const { sort, text } = this.#wish;
    if (sort.column !== 'state' || text.trim() !== '' || this.#lines.size === 0) return this.#found.map(({ id }) => id);
    /** @type {string[]} */
    const keys = [];
    /** @type {Map<string, string[]>} */
    const behind = new Map();
    for (const { id, line } of this.#found) {
      const known = line === null ? undefined : this.#lines.get(line);
      if (!known || known.count < MANY) {
        keys.push(id);
        continue;
      }
      if (!behind.has(known.key)) {
        behind.set(known.key, []);
        keys.push(known.key);
      }
      if (known.open) behind.get(known.key)?.push(id);
    }
    return behind.size === 0 ? keys : keys.flatMap((key) => [key, ...behind.get(key) ?? []]);
  }
}

/** By whole stretches: to push each costs ten times as much. @param {Entry[][]} pieces @param {Entry[]} last @returns {Entry[]} */
const joined = (pieces, last) => (pieces.length === 0 ? last : /** @type {Entry[]} */ ([]).concat(...pieces, last));

/** As a source, for its row. @param {Line|undefined} line @returns {(Source & {line: Line})|undefined} */
function asSource(line) {
  return line && {
    id: line.host, epoch: 0, channel: '', state: 'down', cause: line.cause || null, since: line.since, last_seen: line.since, reason: line.cause || null,
    host: line.host, pid: null, program: null, version: null, interval_ms: null, lives: 0, lost: 0, dropped: 0, labels: {}, series: [], line,
  };
}

/**
 * Does a source fit a filter as the legend's: `host:web-* label.zone:eu -killed`? Plain words are looked for in id and host and
 * in all else that is said of a source: state, cause, reason, program, labels.
 * @param {string} text
 * @returns {(source: Source) => boolean}
 */
export function matcher(text) {
  if (text.trim() === '') return () => true;
  const fits = parseFilter(text);
  return ({ id, host, program, reason, state, cause, labels }) => (
    fits({ name: id, entity: id, host, labels, metric: [state, cause, reason, program, ...Object.values(labels)].join(' ') })
  );
}
