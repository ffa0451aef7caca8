export interface Interval {
  ceil(date: Date): Date;
  offset(date: Date, step: number): Date;
  range(start: Date, stop: Date): Date[];
}
export function timeTicks(start: Date, stop: Date, count: number): Date[];
export function utcTicks(start: Date, stop: Date, count: number): Date[];
export function utcTickInterval(start: Date, stop: Date, count: number): Interval | null;
