export interface LinearScale {
  domain(): number[];
  domain(domain: Iterable<number>): this;
  nice(count?: number): this;
  ticks(count?: number): number[];
  tickFormat(count?: number, specifier?: string): (value: number) => string;
}
export interface TimeScale {
  domain(domain: Iterable<number>): this;
  ticks(count?: number): Date[];
}
export function scaleLinear(): LinearScale;
export function scaleTime(): TimeScale;
export function scaleUtc(): TimeScale;
