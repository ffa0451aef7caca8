/** Who is there, from a bridge's answer to the form that v4 clients hand out. */

/** @param {any[]} uuids @param {boolean} withState */
const occupants = (uuids, withState) => (uuids ?? []).map((one) => (
  typeof one === 'object' ? { state: withState ? one.state ?? null : null, uuid: one.uuid } : { state: null, uuid: one }
));

/**
 * @param {any} answer
 * @param {{channels: readonly string[], groups: readonly string[], uuids: boolean, state: boolean}} asked
 */
export function readHereNow(answer, { channels, groups, uuids, state }) {
  const one = channels.length === 1 && groups.length === 0 && answer.payload === undefined;
  const found = one ? { [channels[0]]: answer } : answer.payload?.channels ?? {};
  const list = Object.entries(found).map(([name, { occupancy, uuids: there }]) => (
    [name, { name, occupancy, occupants: uuids ? occupants(there, state) : [] }]
  ));
  return {
    totalChannels: one ? 1 : answer.payload?.total_channels ?? list.length,
    totalOccupancy: one ? answer.occupancy : answer.payload?.total_occupancy ?? 0,
    channels: Object.fromEntries(list),
  };
}
