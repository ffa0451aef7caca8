import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';
import { readChannels } from './channels.js';
import { DEFAULTS, readUrl, writeUrl } from './url-state.js';
import { connectionText, countsText, pauseText } from './words.js';

test('the address says what is shown', () => {
  assert.deepEqual(readUrl(''), DEFAULTS);
  assert.deepEqual(readUrl('?channel=a.b&window=15m&metric=rss,heap&theme=dark&tz=utc'), {
    channel: 'a.b', window: '15m', metrics: ['rss', 'heap'], theme: 'dark', zone: 'utc',
  });
});

test('what makes no sense in it falls back', () => {
  for (const search of ['?channel=a b', '?channel=.', '?channel=eon.%3E', '?window=soon', '?window=0s', '?theme=pink', '?tz=mars', '?metric=,']) {
    assert.deepEqual(readUrl(search), DEFAULTS, search);
  }
  assert.equal(readUrl('?channel=foo.*').channel, 'foo.*');
});

test('writing is reading’s inverse, defaults are left out and strangers stay', () => {
  const state = { channel: 'x', window: '1h', metrics: ['rss'], theme: /** @type {const} */ ('light'), zone: /** @type {const} */ ('utc') };
  assert.deepEqual(readUrl(writeUrl(state, '')), state);
  assert.equal(writeUrl({ ...DEFAULTS, metrics: [] }, '?channel=y&window=15m'), '');
  assert.equal(writeUrl({ ...DEFAULTS, metrics: [] }, '?debug=1'), '?debug=1');
});

test('the chooser always has the present channel', () => {
  assert.deepEqual(readChannels(null, 'a').map(({ channel }) => channel), ['a']);
  assert.deepEqual(readChannels({ channels: [{ channel: 'b', series: 3, sources: 1 }, { channel: 'a' }, { no: 1 }, null] }, 'a'), [
    { channel: 'a', series: 0, sources: 0 }, { channel: 'b', series: 3, sources: 1 },
  ]);
});

test('the short texts of the header', () => {
  assert.deepEqual(countsText({ series: 15, up: 5, down: 0 }), { well: '15 series · 5 up', ill: '' });
  assert.deepEqual(countsText({ series: 1500, up: 5, down: 1 }), { well: '1,500 series · 5 up', ill: ' · 1 down' });
  assert.equal(connectionText({ name: 'live', retryAt: null }, 0), 'live');
  assert.equal(connectionText({ name: 'reconnecting', retryAt: 2_100 }, 0), 'reconnecting in 3 s');
  assert.equal(connectionText({ name: 'reconnecting', retryAt: 2_100 }, 3_000), 'reconnecting');
  assert.equal(pauseText(false, 0), 'Pause');
  assert.equal(pauseText(true, 12_000), 'Live ▶ +12 s');
});

/** The classic script, loaded as a browser would load it, but without a document. */
function fromFile() {
  const context = vm.createContext({ URL, URLSearchParams });
  vm.runInContext(readFileSync(new URL('from-file.js', import.meta.url), 'utf8'), context);
  return context.eontideFromFile;
}

test('opened from disk it goes to the bridge with the same view', () => {
  const { target } = fromFile();
  for (const [search, address] of [
    ['', 'http://127.0.0.1:8080/'],
    ['?window=15m&metric=rss', 'http://127.0.0.1:8080/?window=15m&metric=rss'],
    ['?bridge=host.example:9000&window=1h', 'http://host.example:9000/?window=1h'],
    ['?bridge=https%3A%2F%2Fhost.example', 'https://host.example/'],
    ['?bridge=https%3A%2F%2Fhost.example%2F', 'https://host.example/'],
    ['?bridge=[::1]:8080', 'http://[::1]:8080/'],
  ]) assert.equal(target(search), address, search);
});

test('a link cannot send the reader anywhere but to a bridge’s root', () => {
  const { bridgeOrigin } = fromFile();
  for (const bad of [null, '', 'javascript:alert(1)', 'file:///etc/passwd', 'http://a@b', 'a/b', 'a?b', 'data:text/html,x', 'ftp://a', 'a:999999', '-a', 'http://']) {
    assert.equal(bridgeOrigin(bad), 'http://127.0.0.1:8080', String(bad));
  }
});

test('the page loads nothing from elsewhere and holds no inline script or style', () => {
  const html = readFileSync(new URL('index.html', import.meta.url), 'utf8');
  assert.doesNotMatch(html, /<style|style=|\son[a-z]+=|https?:\/\//i);
  for (const [script] of html.matchAll(/<script[^>]*>[^<]*/g)) assert.match(script, /src="[^"]+">$/);
});
