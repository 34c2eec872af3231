/** The lines from a step to the steps whose results it uses, and from those that use its own. */

import { svg, type SVGTemplateResult } from 'lit';
import type { StepVerdict } from '../rationale/trace';

/** Width in CSS pixels of the gutter that the lines are drawn in. */
export const GUTTER = 26;
/** From the top of a step to the middle of its first line, in CSS pixels. */
const FIRST_LINE = 21;

export interface DependencyLink {
  readonly from: number;
  readonly to: number;
  /** Whether the active step takes (`source`) or gives (`use`) the result. */
  readonly kind: 'source' | 'use';
}

/** The links of one step: its sources above it and its users below. */
export function linksOf(
  steps: readonly Pick<StepVerdict, 'dependsOn'>[],
  active: number,
): DependencyLink[] {
  const sources = steps[active]?.dependsOn ?? [];
  const users = steps.flatMap(({ dependsOn }, index) =>
    dependsOn.includes(active) ? [index] : [],
  );
  return [
    ...sources.map((from): DependencyLink => ({ from, to: active, kind: 'source' })),
    ...users.map((to): DependencyLink => ({ from: active, to, kind: 'use' })),
  ];
}

/**
 * Draws links as curves in a gutter left of the steps.
 *
 * @param tops where every step begins, in CSS pixels from the top of the list
 */
export function dependencyLines(
  links: readonly DependencyLink[],
  tops: readonly number[],
): SVGTemplateResult[] {
  return links.map(({ from, to, kind }) => {
    const start = (tops[from] ?? 0) + FIRST_LINE;
    const end = (tops[to] ?? 0) + FIRST_LINE;
    const bend = Math.max(2, GUTTER - 10 - 5 * Math.min(3, Math.abs(to - from)));
    const edge = GUTTER - 5;
    return svg`<path class=${kind} d=${`M${edge} ${start}C${bend - 6} ${start} ${bend - 6} ${end} ${edge - 3} ${end}`} />
      <path class="${kind} head" d=${`M${edge - 5} ${end - 4}l6 4l-6 4z`} />`;
  });
}
