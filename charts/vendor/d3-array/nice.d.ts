export default function nice(start: number, stop: number, count: number): [number, number];
