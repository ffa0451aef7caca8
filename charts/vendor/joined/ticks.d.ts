export interface Interval {
  ceil(date: Date): Date;
  offset(date: Date, step: number): Date;
  range(start: Date, stop: Date): Date[];
}
export function nice(start: number, stop: number, count: number): [number, number];
export function ticks(start: number, stop: number, count: number): number[];
export function tickStep(start: number, stop: number, count: number): number;
export function utcTickInterval(start: Date, stop: Date, count: number): Interval | null;
