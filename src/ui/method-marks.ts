/** How each method is drawn: a colour, a dash and a marker, so that no curve depends on colour alone. */

import type { Method } from '../study/snapshot';

export type MarkerShape = 'square' | 'triangle' | 'circle';

export interface MethodMark {
  /** The custom property that holds the colour. */
  readonly colour: string;
  /** Dash pattern in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly marker: MarkerShape;
}

export const METHOD_MARKS: Readonly<Record<Method, MethodMark>> = {
  answer: { colour: '--method-answer', dash: [2, 4], marker: 'square' },
  cot: { colour: '--method-cot', dash: [9, 5], marker: 'triangle' },
  feedback: { colour: '--method-feedback', dash: [], marker: 'circle' },
};

const outlines: Readonly<Record<MarkerShape, (x: number, y: number, r: number) => string>> = {
  square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  triangle: (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.15 * r} ${y + r}H${x - 1.15 * r}z`,
  circle: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
};

/** The outline of a marker around a point as SVG path data, `radius` from its centre to its edge. */
export function markerPath(shape: MarkerShape, x: number, y: number, radius: number): string {
  return outlines[shape](x, y, radius);
}
