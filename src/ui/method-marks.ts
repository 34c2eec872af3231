/** How each method is drawn: a colour, a dash and a marker, so that no curve depends on colour alone. */

import { METHODS, type Method } from '../study/methods';

export type MarkerShape =
  | 'square'
  | 'cross'
  | 'triangle'
  | 'wedge'
  | 'pointer'
  | 'chevron'
  | 'diamond'
  | 'plus'
  | 'hourglass'
  | 'circle'
  | 'star';

export interface MethodMark {
  /** Its colour on a light and on a dark ground. */
  readonly light: string;
  readonly dark: string;
  /** Dash pattern in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly marker: MarkerShape;
}

export const METHOD_MARKS: Readonly<Record<Method, MethodMark>> = {
  answer: { light: '#3a64a8', dark: '#8fb3ee', dash: [2, 4], marker: 'square' },
  'answer-soft': { light: '#1d3f7a', dark: '#bcd3ff', dash: [2, 8], marker: 'cross' },
  cot: { light: '#b05f0c', dark: '#f0a757', dash: [9, 5], marker: 'triangle' },
  'cot-soft': { light: '#7a3d00', dark: '#ffd2a3', dash: [9, 3, 2, 3, 2, 3], marker: 'wedge' },
  'cot-answer-filter': { light: '#8a5a44', dark: '#d6a58d', dash: [14, 3], marker: 'pointer' },
  'cot-diverse': { light: '#9c2f5f', dark: '#f29ac0', dash: [4, 3], marker: 'chevron' },
  'rules-only': { light: '#7a4aa8', dark: '#c9a4f0', dash: [6, 3, 2, 3], marker: 'diamond' },
  'equation-only': { light: '#0b6f80', dark: '#6ac8d8', dash: [2, 2], marker: 'plus' },
  'feedback-without-student-loop': {
    light: '#5b6b12',
    dark: '#b9cc5c',
    dash: [10, 3, 2, 3],
    marker: 'hourglass',
  },
  feedback: { light: '#1c7a52', dark: '#6fcf9d', dash: [], marker: 'circle' },
  'feedback-soft': { light: '#0c4d33', dark: '#aaf0cc', dash: [16, 4, 4, 4], marker: 'star' },
};

const outlines: Readonly<Record<MarkerShape, (x: number, y: number, r: number) => string>> = {
  square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  triangle: (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.15 * r} ${y + r}H${x - 1.15 * r}z`,
  cross: (x, y, r) =>
    `M${x - r} ${y - 0.6 * r}l${0.4 * r} ${-0.4 * r}l${0.6 * r} ${0.6 * r}l${0.6 * r} ${-0.6 * r}l${0.4 * r} ${0.4 * r}l${-0.6 * r} ${0.6 * r}l${0.6 * r} ${0.6 * r}l${-0.4 * r} ${0.4 * r}l${-0.6 * r} ${-0.6 * r}l${-0.6 * r} ${0.6 * r}l${-0.4 * r} ${-0.4 * r}l${0.6 * r} ${-0.6 * r}z`,
  wedge: (x, y, r) => `M${x - r} ${y - 1.15 * r}V${y + 1.15 * r}L${x + 1.2 * r} ${y}z`,
  pointer: (x, y, r) => `M${x - 1.15 * r} ${y - r}H${x + 1.15 * r}L${x} ${y + 1.2 * r}z`,
  chevron: (x, y, r) =>
    `M${x - 1.15 * r} ${y - r}L${x} ${y - 0.2 * r}L${x + 1.15 * r} ${y - r}V${y}L${x} ${y + 1.1 * r}L${x - 1.15 * r} ${y}z`,
  diamond: (x, y, r) =>
    `M${x} ${y - 1.3 * r}L${x + 1.3 * r} ${y}L${x} ${y + 1.3 * r}L${x - 1.3 * r} ${y}z`,
  plus: (x, y, r) =>
    `M${x - r} ${y - 0.4 * r}h${0.6 * r}v${-0.6 * r}h${0.8 * r}v${0.6 * r}h${0.6 * r}v${0.8 * r}h${-0.6 * r}v${0.6 * r}h${-0.8 * r}v${-0.6 * r}h${-0.6 * r}z`,
  hourglass: (x, y, r) => `M${x - r} ${y - r}h${2 * r}l${-2 * r} ${2 * r}h${2 * r}z`,
  circle: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  star: (x, y, r) =>
    `M${x} ${y - 1.4 * r}l${0.4 * r} ${r}l${r} ${0.4 * r}l${-r} ${0.4 * r}l${-0.4 * r} ${r}l${-0.4 * r} ${-r}l${-r} ${-0.4 * r}l${r} ${-0.4 * r}z`,
};

/** The outline of a marker around a point as SVG path data, `radius` from its centre to its edge. */
export function markerPath(shape: MarkerShape, x: number, y: number, radius: number): string {
  return outlines[shape](x, y, radius);
}

/** The custom property that holds a method's colour. */
export function methodColour(method: Method): string {
  return `--method-${method}`;
}

/** The custom properties of all methods' colours. */
export function methodProperties(ground: 'light' | 'dark'): string {
  return METHODS.map((method) => `${methodColour(method)}: ${METHOD_MARKS[method][ground]};`).join(
    '\n',
  );
}

/**
 * Style rules for all methods: what an element of a class with the method's name gets.
 *
 * @param part selector of the part of it that is styled; empty for the element itself
 */
export function methodRules(property: string, part = ''): string {
  return METHODS.map(
    (method) => `.${method}${part} { ${property}: var(${methodColour(method)}); }`,
  ).join('\n');
}
