import assert from 'node:assert/strict';
import test from 'node:test';
import { changeOf, grouped, keyOf, readExposition } from './exposition.js';

const TEXT = `# HELP eontide_messages_total Data messages read from the stream.
# TYPE eontide_messages_total counter
eontide_messages_total 1200
# HELP eontide_rejected_messages_total Messages rejected, by reason.
# TYPE eontide_rejected_messages_total counter
eontide_rejected_messages_total{reason="bad_json"} 3
eontide_rejected_messages_total{reason="too_large"} 0
# HELP eontide_sources_up Sources that publish.
# TYPE eontide_sources_up gauge
eontide_sources_up 5
# HELP eontide_notices_waiting Notices that wait.
# TYPE eontide_notices_waiting gauge
eontide_notices_waiting 7
eontide_unheard_of NaN
no metric at all
`;

test('each sample with its help, by what it belongs to', () => {
  const groups = grouped(readExposition(TEXT));
  assert.deepEqual(groups.map(({ title, samples }) => [title, ...samples.map(keyOf)]), [
    ['Presence', 'sources_up{}'], ['Monitors and notices', 'notices_waiting{}'],
    ['Coming in', 'messages_total{}', 'rejected_messages_total{reason="bad_json"}', 'rejected_messages_total{reason="too_large"}'],
    ['Others', 'unheard_of{}'],
  ]);
  const [{ samples: [up] }] = groups;
  assert.deepEqual(up, { name: 'sources_up', labels: '', value: 5, help: 'Sources that publish.', counts: false });
  assert.deepEqual(readExposition(''), []);
});

test('a counter has a rate, a gauge a change; a bridge that began anew has none', () => {
  const sample = (/** @type {number} */ value, /** @type {boolean} */ counts) => ({ name: 'a', labels: '', value, help: '', counts });
  for (const [value, counts, before, ms, change] of /** @type {[number, boolean, number|undefined, number, number][]} */ ([
    [30, true, 10, 2_000, 10], [10, true, 10, 2_000, 0], [5, true, 10, 2_000, NaN], [5, false, 10, 2_000, -5], [5, true, undefined, 2_000, NaN], [5, true, 1, 0, NaN],
  ])) assert.equal(changeOf(sample(value, counts), before, ms), change, `${value} after ${before}`);
});
