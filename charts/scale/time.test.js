import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { formatTime } from './format.js';
import { fillKit } from './full.js';
import { calendarDate, clockTime, fullTime, timeTicks, zoneLabel } from './time.js';
import { isZone, momentOf, offsetAt, stretches } from './zone.js';

fillKit();

const HOUR = 3_600_000;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'Africa/Cairo'];

/**
 * A night on which the clocks change, six ticks and more, in each zone. `*` is the beginning of a day.
 * @type {[zone: string, from: string, hours: number, count: number, ticks: string][]}
 */
const NIGHTS = [
  ['Europe/Berlin', '2026-03-28T23:00Z', 5, 5, '*29 Mar 01:00 03:00 04:00 05:00 06:00'],
  ['Europe/Berlin', '2026-10-24T22:00Z', 6, 6, '*25 Oct 01:00 02:00 02:00 UTC+01:00 03:00 04:00 05:00'],
  ['Europe/Berlin', '2026-10-24T22:00Z', 24, 9, '*25 Oct 03:00 06:00 09:00 12:00 15:00 18:00 21:00'],
  ['Europe/Berlin', '2026-03-28T23:00Z', 24, 9, '*29 Mar 03:00 06:00 09:00 12:00 15:00 18:00 21:00 *30 Mar'],
  ['Europe/Berlin', '2026-10-25T00:30Z', 1, 4, '02:30 02:45 02:00 UTC+01:00 02:15 UTC+01:00 02:30 UTC+01:00'],
  ['Europe/Berlin', '2026-03-27T23:00Z', 96, 4, '28 Mar 29 Mar 30 Mar 31 Mar 01 Apr'],
  ['Europe/Berlin', '2026-10-23T22:00Z', 96, 4, '24 Oct 25 Oct 26 Oct 27 Oct'],
  ['America/New_York', '2026-03-08T05:00Z', 4, 4, '*08 Mar 01:00 03:00 04:00 05:00'],
  ['America/New_York', '2026-11-01T04:00Z', 4, 4, '*01 Nov 01:00 01:00 UTC−05:00 02:00 03:00'],
  // Half an hour: from 2:00 to 2:30 in October, from 2:00 back to 1:30 in April.
  ['Australia/Lord_Howe', '2026-10-03T13:30Z', 4, 4, '*04 Oct 01:00 03:00 04:00'],
  ['Australia/Lord_Howe', '2026-04-04T13:00Z', 4, 4, '*05 Apr 01:00 02:00 03:00'],
  ['Australia/Lord_Howe', '2026-04-04T14:00Z', 2, 4, '01:00 01:30 01:30 UTC+10:30 02:00 02:30'],
  ['Asia/Kathmandu', '2026-11-20T18:15Z', 4, 4, '*21 Nov 01:00 02:00 03:00 04:00'],
  // Midnight comes twice in Havana in November, and in March there is none: the day begins at one o'clock. So in Cairo in April.
  ['America/Havana', '2026-03-08T02:00Z', 12, 4, '21:00 *08 Mar 03:00 06:00 09:00'],
  ['America/Havana', '2026-03-08T03:00Z', 4, 4, '22:00 23:00 *08 Mar 02:00 03:00'],
  ['America/Havana', '2026-11-01T02:00Z', 12, 4, '*01 Nov 03:00 06:00 09:00'],
  ['Africa/Cairo', '2026-04-23T10:00Z', 96, 4, '24 Apr 25 Apr 26 Apr 27 Apr'],
];

/** @param {string} zone @param {string} from @param {number} hours @param {number} count */
function ticksOf(zone, from, hours, count) {
  const start = Date.parse(from);
  return timeTicks(start, start + hours * HOUR, count, zone);
}

/** @param {import('./time.js').TimeTick[]} ticks */
const written = (ticks) => ticks.map(({ label, major }) => (major ? `*${label}` : label)).join(' ');

for (const [zone, from, hours, count, expected] of NIGHTS) {
  test(`${zone}, ${hours} h from ${from}: round hours, none doubled, none missing`, () => {
    const ticks = ticksOf(zone, from, hours, count);
    assert.equal(written(ticks), expected);
    for (const { x, label } of ticks) {
      const clock = /^\d\d:\d\d/.exec(label)?.[0];
      if (clock) assert.equal(fullTime(x, zone).slice(11, 16), clock, 'the label is the time there');
    }
    assert.ok(ticks.every(({ x }, i) => i === 0 || x > ticks[i - 1].x));
  });
}

/** What another process with another zone of its own says. @param {string} zone @param {string} code  an expression */
function asLocal(zone, code) {
  const source = `import * as time from '${new URL('time.js', import.meta.url)}'; import * as zone from '${new URL('zone.js', import.meta.url)}';
    process.stdout.write(JSON.stringify(${code}))`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', source], { env: { ...process.env, TZ: zone }, encoding: 'utf8' }));
}

for (const zone of ZONES) {
  test(`local time in ${zone} is what Intl says of it, all year round`, () => {
    const nights = NIGHTS.filter(([of]) => of === zone);
    const calls = nights.map(([, from, hours, count]) => `time.timeTicks(${Date.parse(from)}, ${Date.parse(from) + hours * HOUR}, ${count}, 'local')`);
    assert.deepEqual(asLocal(zone, `[${calls.join(',')}]`), nights.map(([, from, hours, count]) => ticksOf(zone, from, hours, count)));
    const start = Date.UTC(2026, 0, 1);
    const everyHour = asLocal(zone, `Array.from({length: 8760}, (_, i) => zone.offsetAt(${start} + i * ${HOUR}, 'local'))`);
    for (let i = 0; i < 8_760; i++) assert.equal(everyHour[i], offsetAt(start + i * HOUR, zone), new Date(start + i * HOUR).toISOString());
  });
}

test('ticks of any span are in order, in the span, and round on the wall', () => {
  for (const zone of ['utc', ...ZONES]) {
    for (let i = 0; i < 400; i++) {
      const from = Date.UTC(2026, 0, 1) + ((i * 7_919) % 8_700) * HOUR + (i % 7) * 1_234;
      const span = 10 ** (3 + ((i * 37) % 80) / 10);
      const ticks = timeTicks(from, from + span, 6, zone);
      assert.ok(ticks.length >= 2 && ticks.length <= 14, `${zone} ${new Date(from).toISOString()} ${span}: ${ticks.length}`);
      ticks.forEach(({ x }, at) => assert.ok(x >= from && x <= from + span && (at === 0 || x > ticks[at - 1].x), `${zone} ${from} ${span}`));
      // A time of day comes again on the next day, behind its date.
      for (const day of written(ticks).split('*')) {
        const labels = day.split(/ (?=\d\d[:. ])/);
        assert.equal(new Set(labels).size, labels.length, `${zone} ${new Date(from).toISOString()} ${span / HOUR} h: ${written(ticks)}`);
      }
    }
  }
});

test('a moment is found from what the clock shows', () => {
  for (const [zone, wall, moment] of /** @type {[string, string, string][]} */ ([
    ['Europe/Berlin', '2026-07-01T12:00Z', '2026-07-01T10:00Z'], ['Europe/Berlin', '2026-10-25T02:30Z', '2026-10-25T00:30Z'],
    ['Europe/Berlin', '2026-03-29T02:30Z', '2026-03-29T01:00Z'], ['Africa/Cairo', '2026-04-24T00:00Z', '2026-04-23T22:00Z'],
    ['Pacific/Apia', '2011-12-30T00:00Z', '2011-12-30T10:00Z'], ['utc', '2026-03-29T02:30Z', '2026-03-29T02:30Z'],
  ])) assert.equal(new Date(momentOf(Date.parse(wall), zone)).toISOString(), new Date(moment).toISOString(), `${zone} ${wall}`);
});

test('a span is cut where the clocks change, to the millisecond', () => {
  const change = Date.UTC(2026, 2, 29, 1);
  assert.deepEqual(stretches(change - 30 * HOUR, change + 30 * HOUR, 'Europe/Berlin'), [
    { from: change - 30 * HOUR, to: change, offset: HOUR }, { from: change, to: change + 30 * HOUR, offset: 2 * HOUR },
  ]);
  assert.equal(stretches(change, change + 30 * HOUR, 'utc').length, 1);
});

test('a zone that does not exist is shown as UTC', () => {
  assert.deepEqual(['local', 'utc', 'Europe/Berlin', 'Middle/Earth'].map(isZone), [true, true, true, false]);
  assert.equal(offsetAt(0, 'Middle/Earth'), 0);
  assert.equal(zoneLabel(0, 'Middle/Earth'), 'UTC');
});

const NOON = Date.UTC(2026, 10, 21, 12, 0, 5, 7);

test('times in zones and languages', () => {
  assert.equal(clockTime(NOON, 'Asia/Kathmandu'), '17:45:05');
  assert.equal(clockTime(NOON, 'utc', 'en-US'), '12:00:05 PM');
  assert.equal(fullTime(NOON, 'America/New_York'), '2026-11-21 07:00:05.007');
  assert.equal(calendarDate(NOON, 'utc', 'de'), 'Sa., 21. Nov. 2026');
  assert.equal(calendarDate(NOON, 'utc'), 'Sat 21 Nov 2026');
  assert.equal(zoneLabel(NOON, 'Australia/Lord_Howe'), 'UTC+11:00');
  assert.deepEqual(timeTicks(NOON, NOON + 16 * 86_400_000, 3, 'utc', { locale: 'de' }).map(({ label }) => label), ['22. Nov.', '29. Nov.', '6. Dez.']);
  assert.deepEqual(timeTicks(NOON, NOON + 3 * HOUR, 3, 'utc', { locale: 'en-US' }).map(({ label }) => label), ['1:00 PM', '2:00 PM', '3:00 PM']);
});

test('ticks by specifier or function', () => {
  const labels = (/** @type {import('./format.js').Format} */ format) => timeTicks(NOON, NOON + 3 * HOUR, 3, 'Europe/Berlin', { format })[0].label;
  assert.equal(labels('%H.%M Uhr'), '14.00 Uhr');
  assert.equal(labels((ms) => String(ms)), String(Date.UTC(2026, 10, 21, 13)));
});

test('the zone, seconds and milliseconds in a specifier are those of the moment', () => {
  for (const zone of ['utc', 'Asia/Kathmandu']) {
    assert.equal(formatTime(NOON, '%s %Q %%Z', zone).split(' ')[0], String(Math.floor(NOON / 1000)));
    assert.match(formatTime(NOON, '%Q', zone), new RegExp(`^${NOON}$`));
  }
  assert.equal(formatTime(NOON, '%H:%M %Z', 'Asia/Kathmandu'), '17:45 +0545');
  assert.equal(formatTime(NOON, '100%% %Z', 'Asia/Kathmandu'), '100% +0545');
  assert.equal(formatTime(NOON, '%%Z', 'Asia/Kathmandu'), '%Z');
});

test('a part of a span has the ticks of the whole, also on the night of the change', () => {
  for (const [zone, from, hours, count] of NIGHTS) {
    const start = Date.parse(from);
    const whole = ticksOf(zone, from, hours, count);
    for (let part = 0.5; part < hours; part += 0.5) {
      const begin = start + part * HOUR;
      const end = start + hours * HOUR;
      const ticks = timeTicks(begin, end, (count * (end - begin)) / (end - start), zone);
      assert.deepEqual(ticks, whole.filter(({ x }) => x >= begin), `${zone} ${from} + ${part} h`);
    }
  }
});
