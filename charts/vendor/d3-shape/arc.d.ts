export interface Angles {
  startAngle: number;
  endAngle: number;
  padAngle?: number;
}
export interface Arc {
  (angles: Angles): void;
  centroid(angles: Angles): [number, number];
  innerRadius(radius: number): this;
  outerRadius(radius: number): this;
  cornerRadius(radius: number): this;
  context(context: Pick<CanvasRenderingContext2D, 'moveTo' | 'lineTo' | 'arc' | 'closePath'>): this;
}
export default function arc(): Arc;
