/**
 * For pages of EON: `<script src="http://bridge:8080/charts/eon.js"></script>` in place of EON's own, and of PubNub's. No module,
 * so that the next script of the page finds the globals; what they do is in eon/index.js, loaded meanwhile. Calls made before
 * it is here wait in their order; what they answer is right for a chart without data.
 *
 * The bridge is the host that this script came from, or what `data-bridge="host:port"` says.
 */
'use strict';
(() => {
  const script = /** @type {HTMLScriptElement|null} */ (document.currentScript);
  if (!script?.src) return console.error('eon: this is no module: use <script src="…/charts/eon.js">, or import …/charts/eon/index.js');
  const source = script.src;
  const nonce = script.nonce;
  const bridge = script.dataset.bridge || new URL(source).origin;
  const page = /** @type {any} */ (window);
  const MARK = Symbol.for('eontide.eon');
  if (page[MARK]) return console.warn(`eon: ${source} is loaded already, from ${page[MARK]}`);
  Object.defineProperty(page, MARK, { value: source });

  // What each method answers before anything is loaded. 'promise': one, unless a callback is given; else the value itself, as a copy.
  const V4 = {
    addListener: undefined, removeListener: undefined, removeAllListeners: undefined, subscribe: undefined, unsubscribe: undefined, unsubscribeAll: undefined,
    getSubscribedChannels: [], getSubscribedChannelGroups: [], disconnect: undefined, reconnect: undefined, destroy: undefined, stop: undefined,
    publish: 'promise', history: 'promise', fetchMessages: 'promise', hereNow: 'promise', time: 'promise',
    'channelGroups.addChannels': 'promise', 'channelGroups.removeChannels': 'promise', 'channelGroups.deleteGroup': 'promise',
    'channelGroups.listChannels': 'promise', 'channelGroups.listGroups': 'promise',
    fire: 'promise', signal: 'promise', whereNow: 'promise', getState: 'promise', setState: 'promise', grant: 'promise', audit: 'promise', encrypt: 'promise', decrypt: 'promise',
    getAuthKey: undefined, setAuthKey: undefined, setCipherKey: undefined, getFilterExpression: '', setFilterExpression: undefined, getVersion: '4.12.0',
  };
  const V3 = {
    subscribe: undefined, unsubscribe: undefined, publish: undefined, history: undefined, time: undefined, here_now: undefined, auth: undefined, get_version: '3.15.2',
    channel_group_add_channel: undefined, channel_group_remove_channel: undefined, channel_group_remove_group: undefined,
    channel_group_list_channels: undefined, channel_group_list_groups: undefined,
  };
  // charts/eon/chart/methods.js
  const CHART = {
    load: undefined, unload: undefined, flow: undefined, transform: undefined,
    show: undefined, hide: undefined, toggle: undefined, focus: undefined, defocus: undefined, revert: undefined,
    data: [], 'data.shown': [], 'data.values': null, 'data.names': {}, 'data.colors': {}, 'data.axes': {},
    x: {}, xs: {}, category: undefined, categories: [], color: undefined, groups: [],
    'axis.labels': {}, 'axis.min': {}, 'axis.max': {}, 'axis.range': {},
    xgrids: [], 'xgrids.add': undefined, 'xgrids.remove': undefined, ygrids: [], 'ygrids.add': undefined, 'ygrids.remove': undefined,
    regions: [], 'regions.add': undefined, 'regions.remove': undefined,
    'legend.show': undefined, 'legend.hide': undefined, 'tooltip.show': undefined, 'tooltip.hide': undefined,
    zoom: [], 'zoom.enable': undefined, 'zoom.max': undefined, 'zoom.min': undefined, 'zoom.range': {}, unzoom: undefined,
    selected: [], select: undefined, unselect: undefined,
    resize: undefined, flush: undefined, export: null, destroy: null,
  };

  /** The real ones; null until they are here. @type {any} */
  let real = null;
  /** @type {(() => void)[]} */
  let waiting = [];
  const WAITING_MAX = 100_000;

  /** Now, or in its turn once the real ones are here. @param {() => void} act */
  function soon(act) {
    if (real && waiting.length === 0) return act();
    if (waiting.length < WAITING_MAX) waiting.push(act);
    else console.error('eon: too many calls while its modules are still being loaded; this one is lost');
  }

  /** They are told from one another by who they are. */
  const KEPT_AS_THEY_ARE = new Set(['pubnub', 'addListener', 'removeListener']);

  /**
   * What a page hands over, as it is now: pages change the same options for their next chart, the same message for the next publish.
   * Plain objects and lists are copied, what is anything else stays itself.
   * @param {any} value @param {Map<object, any>} [known]
   */
  function copied(value, known = new Map()) {
    if (typeof value !== 'object' || value === null || ![Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value))) return value;
    if (known.has(value)) return known.get(value);
    const copy = Array.isArray(value) ? [] : {};
    known.set(value, copy);
    for (const [name, one] of Object.entries(value)) {
      Object.defineProperty(copy, name, { configurable: true, enumerable: true, writable: true, value: KEPT_AS_THEY_ARE.has(name) ? one : copied(one, known) });
    }
    return copy;
  }

  const AGAIN_MS = [500, 1_000, 2_000, 5_000, 10_000];
  /** @param {number} attempt */
  function load(attempt) {
    // A name of its own, since a browser may keep what failed.
    import(new URL(`eon/index.js${attempt ? `?again=${attempt}` : ''}`, source).href).then((module) => {
      real = module.forBridge(bridge);
      for (let at = 0; at < waiting.length; at += 1) {
        try {
          waiting[at]();
        } catch (error) {
          reportError(error);
        }
      }
      waiting = [];
    }).catch((error) => {
      const again = AGAIN_MS[Math.min(attempt, AGAIN_MS.length - 1)];
      console.error(`eon: its modules cannot be loaded from ${source}, it is tried again in ${again / 1_000} s: ${error.message}`);
      setTimeout(() => load(attempt + 1), again);
    });
  }

  /** What stands behind an object of a page. @type {WeakMap<object, any>} */
  const behind = new WeakMap();

  /** @param {any} object @param {string} path @returns {[any, string]} */
  function placeOf(object, path) {
    const names = path.split('.');
    const name = /** @type {string} */ (names.pop());
    return [names.reduce((at, step) => at[step], object), name];
  }

  /** @param {object} object @param {string} path @param {any[]} all */
  function act(object, path, all) {
    const [at, name] = placeOf(behind.get(object), path);
    return at[name](...all);
  }

  /** @param {object} object @param {string} path @param {unknown} answer @param {any[]} all */
  function ask(object, path, answer, all) {
    if (behind.has(object) && waiting.length === 0) return act(object, path, all);
    const held = KEPT_AS_THEY_ARE.has(path) ? all : copied(all);
    if (answer !== 'promise' || all.some((one) => typeof one === 'function')) {
      soon(() => act(object, path, held));
      return answer === 'promise' || answer === undefined ? undefined : structuredClone(answer);
    }
    return new Promise((resolve, reject) => soon(() => resolve(Promise.resolve(act(object, path, held)).catch(reject))));
  }

  /** Gives an object its methods. @param {any} object @param {Record<string, unknown>} table */
  function equip(object, table) {
    for (const [path, answer] of Object.entries(table)) {
      const parents = path.split('.').slice(0, -1);
      let at = object;
      for (const name of parents) at = at[name] ??= {};
      at[path.slice(path.lastIndexOf('.') + 1)] = (/** @type {any[]} */ ...all) => ask(object, path, answer, all);
    }
    return object;
  }

  /** @param {() => any} make  the real one @param {any} object */
  function stands(make, object) {
    soon(() => behind.set(object, make()));
    return object;
  }

  function newUuid() {
    return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) => (
      (Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(digit) / 4)))).toString(16)
    ));
  }

  class PubNub {
    #uuid;
    /** @param {any} setup */
    constructor(setup = {}) {
      this.#uuid = setup?.uuid || newUuid();
      const given = { ...setup, uuid: this.#uuid };
      stands(() => new real.PubNub(given), equip(this, V4));
    }

    static generateUUID() { return newUuid(); }
    getUUID() { return this.#uuid; }
    /** @param {string} uuid */
    setUUID(uuid) {
      this.#uuid = uuid;
      ask(this, 'setUUID', undefined, [uuid]);
    }
  }

  /** @param {() => any} make @param {string} [uuid] */
  function legacy(make, uuid = newUuid()) {
    const init = (/** @type {any} */ setup = {}) => {
      const given = { ...setup, uuid: setup?.uuid || newUuid() };
      return legacy(() => real.PUBNUB.init(given), given.uuid);
    };
    const PUBNUB = (/** @type {any} */ setup) => init(setup);
    return stands(make, Object.assign(equip(PUBNUB, V3), {
      init, secure: init, get_uuid: () => uuid,
      set_uuid: (/** @type {string} */ name) => {
        uuid = name;
        ask(PUBNUB, 'set_uuid', undefined, [name]);
      },
      uuid: (/** @type {((made: string) => void)|undefined} */ callback) => {
        const made = newUuid();
        callback?.(made);
        return made;
      },
    }));
  }

  /** @param {(options: any) => any} make @param {unknown} options */
  function chartOf(make, options) {
    const held = copied(options);
    const chart = stands(() => make(held), equip({}, CHART));
    Object.defineProperty(chart, 'element', { get: () => behind.get(chart)?.element ?? null });
    return chart;
  }

  /** @param {unknown} nested */
  function flatten(nested) {
    if (real) return real.eon.c.flatten(nested);
    /** @type {Record<string, unknown>} */
    const flat = {};
    const walk = (/** @type {unknown} */ value, /** @type {string} */ path, /** @type {number} */ depth) => {
      if (typeof value !== 'object' || value === null || value instanceof Date || depth > 100) {
        if (path !== '') flat[path] = value;
        return;
      }
      for (const [key, below] of Object.entries(value)) walk(below, path === '' ? key : `${path}.${key}`, depth + 1);
    };
    walk(nested, '', 0);
    return flat;
  }

  /** d3's formats at once: a page that writes a number before the modules are here waits for one small script. */
  function formats() {
    if (real) return real.d3;
    if (page.eontideFormats) return page.eontideFormats;
    const address = new URL('eon/formats.js', source).href;
    const request = new XMLHttpRequest();
    request.open('GET', address, false);
    request.send();
    const inline = document.createElement('script');
    inline.nonce = nonce;
    inline.text = request.responseText;
    document.head.append(inline);
    inline.remove();
    if (page.eontideFormats) return page.eontideFormats;
    throw new Error(`eon: d3 is used before its modules are here, and the content policy of this page lets no other script run: put <script src="${address}"></script> before ${source}`);
  }

  /** Made when it is first called. @param {() => any} make */
  function lazily(make) {
    /** @type {any} */
    let made = null;
    return Object.assign((/** @type {any[]} */ ...all) => (made ??= make())(...all), { parse: (/** @type {string} */ text) => (made ??= make()).parse(text) });
  }

  const timed = (/** @type {(d3: any) => any} */ of) => (/** @type {string} */ specifier) => (
    Object.assign(lazily(() => of(formats())(specifier)), { toString: () => specifier })
  );
  const d3 = {
    format: (/** @type {string} */ specifier) => lazily(() => formats().format(specifier)),
    round: (/** @type {number[]} */ ...all) => formats().round(...all),
    time: { format: Object.assign(timed((all) => all.time.format), { utc: timed((all) => all.time.format.utc), iso: lazily(() => formats().time.format.iso) }) },
    timeFormat: timed((all) => all.timeFormat), utcFormat: timed((all) => all.utcFormat),
    timeParse: (/** @type {string} */ specifier) => lazily(() => formats().timeParse(specifier)),
    utcParse: (/** @type {string} */ specifier) => lazily(() => formats().utcParse(specifier)),
    isoFormat: lazily(() => formats().isoFormat), isoParse: lazily(() => formats().isoParse),
  };

  const eon = {
    chart: (/** @type {unknown} */ options) => chartOf((held) => real.eon.chart(held), options),
    c: { create: (/** @type {unknown} */ options) => chartOf((held) => real.eon.c.create(held), options), flatten },
    subsub: { subscribe: (/** @type {any[]} */ ...all) => soon(() => real.eon.subsub.subscribe(...all)) },
    map: (/** @type {unknown} */ options) => soon(() => real.eon.map(options)),
  };
  const c3 = { generate: (/** @type {unknown} */ config) => chartOf((held) => real.c3.generate(held), config) };

  page.eon = Object.assign(page.eon ?? {}, eon);
  const own = ['PubNub', 'PUBNUB'].filter((name) => page[name] !== undefined);
  if (own.length > 0) console.info(`eon: this page brings ${own.join(' and ')} of its own: what those clients publish and watch is where they say, not at ${bridge}`);
  const uuid = newUuid();
  const bare = () => {
    real.PUBNUB.set_uuid(uuid);
    return real.PUBNUB;
  };
  for (const [name, value] of Object.entries({ PubNub, PUBNUB: legacy(bare, uuid), c3, d3 })) page[name] ??= value;
  load(0);
})();
