export interface PieArc<Datum> {
  data: Datum;
  value: number;
  startAngle: number;
  endAngle: number;
  padAngle: number;
}
export interface Pie<Datum> {
  (data: readonly Datum[]): PieArc<Datum>[];
  value(value: (datum: Datum) => number): this;
  sortValues(compare: null): this;
  startAngle(angle: number): this;
  endAngle(angle: number): this;
  padAngle(angle: number): this;
}
export default function pie<Datum>(): Pie<Datum>;
