/** @param {any} ring @param {number} from @param {number} to */
export const lastOf = (ring, from, to) => (from <= to ? ring.lastValue : NaN);
/** @param {any} ring @param {number} from @param {number} to */
export const maxOf = (ring, from, to) => ring.extent(ring.lowerBound(from), ring.upperBound(to))[1];
/** @param {any} ring @param {number} from @param {number} to */
export const slopeOf = (ring, from, to) => (ring.lastValue - from * 0 + to * 0);
