/** What the script of a bridge gives a page: `eon`, `c3`, both clients. Tests write the rest of the page. */

const bridge = new URLSearchParams(window.location.search).get('bridge') ?? window.location.origin;
const [charts, clients] = await Promise.all(['chart', 'pubnub'].map((part) => import(`${bridge}/charts/eon/${part}/index.js`)));
const { PubNub, PUBNUB, client } = clients.clientsOf(bridge);
const context = { bridge, client };

Object.assign(window, {
  PubNub, PUBNUB, client, methods: charts.methods,
  eon: {
    chart: (/** @type {unknown} */ options) => charts.chart(options, context),
    c: { create: (/** @type {unknown} */ options) => charts.c.create(options, context), flatten: charts.c.flatten },
  },
  c3: { generate: (/** @type {unknown} */ config) => charts.generate(config, context) },
  /** A place for a chart. */
  place: (/** @type {string} */ id) => document.body.appendChild(Object.assign(document.createElement('div'), { id, className: 'chart' })),
  /** A page that is not looked at. */
  look: (/** @type {'hidden'|'visible'} */ state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  },
  frame: () => new Promise(requestAnimationFrame),
});
document.body.dataset.ready = '';

export {};
