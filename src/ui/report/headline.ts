/** The result of a study in one look: who solves how many unseen problems, as rows and as sentences. */

import type {
  MethodReport,
  PairedComparison,
  Proportion,
  Report,
  SkippedMethod,
} from '../../study/report';
import { METHODS, type Method } from '../../study/methods';
import {
  formatCount,
  formatPoints,
  formatPointsInterval,
  formatPValue,
  formatShare,
} from '../format';
import { METHOD_WORDING } from '../wording';

export interface HeadlineRow {
  readonly label: string;
  /** The method, or null for the two points of reference. */
  readonly method: Method | null;
  readonly proportion: Proportion;
}

/** The rows of the chart: the untrained student, each run, the teacher. */
export function headlineRows(report: Report): readonly HeadlineRow[] {
  return [
    { label: 'Student before training', method: null, proportion: report.studentBefore },
    ...orderedMethods(report).map((run) => ({
      label: runLabel(report, run),
      method: run.method,
      proportion: run.splits.test.exactMatch,
    })),
    { label: 'Teacher, first answer', method: null, proportion: report.teacher },
  ];
}

/** The upper end of the chart's axis: the next ten percent above every interval. */
export function headlineScale(rows: readonly HeadlineRow[]): number {
  const highest = Math.max(0.1, ...rows.map((row) => row.proportion.high));
  return Math.min(1, Math.ceil(highest * 10) / 10);
}

/** The runs in the order of the methods, then of their seeds. */
export function orderedMethods(report: Report): readonly MethodReport[] {
  return report.methods.toSorted(
    (first, second) =>
      METHODS.indexOf(first.method) - METHODS.indexOf(second.method) || first.seed - second.seed,
  );
}

/** A run's label: its method, with the seed only where one method has several. */
export function runLabel(report: Report, run: MethodReport): string {
  const several = report.methods.filter((each) => each.method === run.method).length > 1;
  const { label } = METHOD_WORDING[run.method];
  return several ? `${label}, seed ${run.seed}` : label;
}

/** What was found, as a sentence. */
export function headlineSentence(report: Report): string {
  const best = orderedMethods(report).toSorted(
    (first, second) => second.splits.test.exactMatch.value - first.splits.test.exactMatch.value,
  )[0];
  if (!best) return 'No method was evaluated.';
  const { exactMatch, problems } = best.splits.test;
  return (
    `Of ${formatCount(problems)} problems it had never seen, the student trained on ` +
    `${METHOD_WORDING[best.method].label.toLowerCase()} solves ${formatShare(exactMatch.value)}, ` +
    `up from ${formatShare(report.studentBefore.value)} before training; ` +
    `the teacher solves ${formatShare(report.teacher.value)}.`
  );
}

/** Pairs that the headline has room for: all those of three methods. */
const MOST_SENTENCES = 3;

/**
 * The paired comparisons in words, and the methods that are missing in them. Of more than three methods only the last one is set against each of the others
 * (`feedback` where it ran): chosen by its place, because a method chosen by its result would look better than it is.
 */
export function comparisonSentences(report: Report): readonly string[] {
  const { comparisons } = report;
  const skipped = (report.skipped ?? []).map(skippedSentence);
  if (comparisons.length <= MOST_SENTENCES) {
    return [...comparisons.map(comparisonSentence), ...skipped];
  }
  const last = orderedMethods(report).at(-1)?.method;
  const against = comparisons.filter((pair) => pair.second === last);
  return [
    ...against.map(comparisonSentence),
    'The table “Method against method” has every other pair.',
    ...skipped,
  ];
}

function skippedSentence({ method, updates, totalUpdates }: SkippedMethod): string {
  const { label } = METHOD_WORDING[method];
  return updates === 0
    ? `${label} is not compared: it was left out before its student was trained.`
    : `${label} is not compared: it was left out after ${formatCount(updates)} of ${formatCount(totalUpdates)} updates.`;
}

function comparisonSentence(comparison: PairedComparison): string {
  const second = METHOD_WORDING[comparison.second].label;
  const first = METHOD_WORDING[comparison.first].label.toLowerCase();
  return `${second} against ${first}: ${formatPoints(comparison.difference)} (95\u00a0% interval ${formatPointsInterval(comparison)}, ${formatPValue(comparison.pValue)}).`;
}
