import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';
import { matching, readChannels } from './channels.js';
import { momentText, rangeText } from './dates.js';
import { fromField, toField } from './zoned.js';
import { badgeText, connectionText, countsText, pauseText } from './words.js';

test('the chooser always has the present channel', () => {
  assert.deepEqual(readChannels(null, 'a').map(({ channel }) => channel), ['a']);
  assert.deepEqual(readChannels({ channels: [{ channel: 'b', series: 3, sources: 1 }, { channel: 'a' }, { no: 1 }, null] }, 'a'), [
    { channel: 'a', series: 0, sources: 0 }, { channel: 'b', series: 3, sources: 1 },
  ]);
});

test('channels are found by their words, those that begin so first', () => {
  const all = ['api.web', 'web', 'web.eu', 'worker'].map((channel) => ({ channel, series: 0, sources: 0 }));
  for (const [text, found] of /** @type {[string, string[]][]} */ ([
    ['', ['api.web', 'web', 'web.eu', 'worker']], ['WEB', ['web', 'web.eu', 'api.web']], ['web eu', ['web.eu']], ['x', []],
  ])) assert.deepEqual(matching(all, text).map(({ channel }) => channel), found, text);
});

test('the short texts of the header', () => {
  assert.deepEqual(countsText({ series: 15, up: 5, down: 0 }, 'en'), { well: '15 series · 5 up', ill: '' });
  assert.equal(countsText({ series: 15, up: 5, down: 0, alerts: [1] }, 'en').ill, ' · 1 alert');
  assert.equal(countsText({ series: 15, up: 5, down: 2, alerts: [1, 2] }, 'en').ill, ' · 2 down · 2 alerts');
  assert.equal(connectionText({ name: 'live', retryAt: null }, 0), 'live');
  assert.equal(connectionText({ name: 'reconnecting', retryAt: 2_100 }, 0), 'reconnecting in 3 s');
  assert.equal(connectionText({ name: 'reconnecting', retryAt: 2_100 }, 3_000), 'reconnecting');
  assert.equal(pauseText(false, 0), 'Pause');
  assert.equal(pauseText(true, 12_000), 'Live ▶ +12 s');
});

test('digits and dates as the reader’s language writes them', () => {
  // Thin spaces around the dash, and words behind the time, come and go with the version of Unicode's tables.
  const plain = (/** @type {string} */ text) => text.replaceAll(/[\u2009\u202f]/g, ' ').replaceAll(' ', '').replace('Uhr', '');
  for (const [locale, counts, badge, moment, range, days] of [
    ['en-GB', '1,500 series · 1,495 up · 5 down', '38 ms · 1,240 msg/s', '21 Nov 2025, 12:03:04.000', '12:03:04–12:08:04', '21Nov,12:03–22Nov,12:03'],
    ['de-DE', '1.500 series · 1.495 up · 5 down', '38 ms · 1.240 msg/s', '21. Nov. 2025, 12:03:04,000', '12:03:04–12:08:04', '21.Nov.,12:03–22.Nov.,12:03'],
  ]) {
    const { well, ill } = countsText({ series: 1_500, up: 1_495, down: 5 }, locale);
    assert.equal(well + ill, counts);
    assert.equal(badgeText({ latencyMs: 38.4, messagesPerSecond: 1_240 }, locale), badge);
    const from = Date.parse('2025-11-21T12:03:04Z');
    assert.equal(momentText(from, 'utc', locale), moment);
    assert.equal(plain(rangeText({ from, to: from + 300_000 }, 'utc', locale)), range);
    assert.equal(plain(rangeText({ from, to: from + 86_400_000 }, 'utc', locale)), days);
  }
});

test('the badge says no more than is known', () => {
  for (const [latencyMs, messagesPerSecond, text] of /** @type {[number, number, string][]} */ ([
    [NaN, 0, '– · 0 msg/s'], [-4, 0.5, '0 ms · 0.5 msg/s'], [1_234, 9.96, '1.2 s · 10 msg/s'], [75_000, 3, '1 min 15 s · 3 msg/s'],
  ])) assert.equal(badgeText({ latencyMs, messagesPerSecond }, 'en'), text);
});

test('a field’s time is a moment in the zone shown, also where clocks are set', () => {
  const before = process.env.TZ;
  try {
    process.env.TZ = 'Europe/Berlin';
    for (const [utc, text] of [
      ['2025-11-21T12:03:04Z', '2025-11-21T13:03:04'], ['2025-03-30T00:59:59Z', '2025-03-30T01:59:59'],
      ['2025-03-30T01:00:00Z', '2025-03-30T03:00:00'], ['2025-10-26T00:30:00Z', '2025-10-26T02:30:00'],
    ]) {
      assert.equal(toField(Date.parse(utc), 'local'), text);
      assert.equal(fromField(text, 'local'), Date.parse(utc));
      assert.equal(fromField(toField(Date.parse(utc), 'utc'), 'utc'), Date.parse(utc));
    }
    assert.equal(fromField('2025-03-30T02:30', 'local'), Date.parse('2025-03-30T01:00:00Z'), 'skipped: the moment of the change');
    assert.equal(fromField('2025-11-21T12:00', 'Asia/Tokyo'), Date.parse('2025-11-21T03:00:00Z'));
    assert.equal(toField(Date.parse('2025-10-26T01:30:00Z'), 'local'), '2025-10-26T02:30:00', 'twice: the field cannot tell');
  } finally {
    process.env.TZ = before ?? '';
    if (before === undefined) delete process.env.TZ;
  }
  for (const bad of ['', 'now', '2025-11-21', '2025-13-41T99:00', '20255-01-01T00:00']) assert.equal(fromField(bad, 'utc'), null, bad);
});

/** The classic script, loaded as a browser would load it, but without a document. */
function fromFile() {
  const context = vm.createContext({ URL, URLSearchParams });
  vm.runInContext(readFileSync(new URL('opened-from-disk.js', import.meta.url), 'utf8'), context);
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
