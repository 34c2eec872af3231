/** Tables of reports over several seeds, in Markdown. */

import { meanOverSeeds } from '../../src/evaluate/seeds';
import type { Method } from '../../src/study/methods';
import type { MethodReport, Report } from '../../src/study/report';

export type Row = readonly string[];

/** The first row is the header. */
export function markdown([header = [], ...rows]: readonly Row[]): string[] {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

/** The runs of a method, one a study. */
export function ofMethod(method: Method, reports: readonly Report[]): MethodReport[] {
  return reports.flatMap(({ methods }) => methods.filter((each) => each.method === method));
}

/** Of values of several seeds. */
export const mean = (values: readonly number[]): number => meanOverSeeds(values).mean;

/** `62.7 % [61.0, 64.4]`, or points with their sign. */
export function share(values: readonly number[], unit = ' %', sign = false): string {
  const { mean: center, interval } = meanOverSeeds(values.map((value) => 100 * value));
  const number = (value: number): string => `${sign && value >= 0 ? '+' : ''}${value.toFixed(1)}`;
  const range = interval === null ? '' : ` [${number(interval.low)}, ${number(interval.high)}]`;
  return `${number(center)}${unit}${range}`;
}

/** Never 0, which no finite sample supports. */
export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
