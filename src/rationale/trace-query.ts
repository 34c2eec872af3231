/** Which lines of the trace list meet a filter, what each further condition would leave, and their order. */

import {
  STEP_COUNTS,
  type StepCount,
  type TraceCondition,
  type TraceConditions,
  type TraceFilter,
  type TraceListing,
  type TraceOrder,
  type TraceRow,
} from './trace-listing';

/** A line together with the lower-case text it is searched by. */
export interface SearchableRow {
  readonly row: TraceRow;
  readonly searchText: string;
}

const VERDICTS = ['kept', 'rejected', 'repaired'] as const;

/** The entry that counts this many steps. */
export function stepCount(steps: number): StepCount {
  return STEP_COUNTS[Math.min(steps, STEP_COUNTS.length - 1)] ?? '0';
}

const lengthOf = (row: TraceRow): number => row.kept + row.rejected + row.repaired;

/** The values of every condition that a line has. */
const VALUES: Readonly<Record<TraceCondition, (row: TraceRow) => readonly string[]>> = {
  verdict: (row) => VERDICTS.filter((verdict) => row[verdict] > 0),
  reason: (row) => row.reasons,
  provenance: (row) => (row.provenance === null ? [] : [row.provenance]),
  answer: (row) => [row.greedyRight ? 'right' : 'wrong'],
  difficulty: (row) => [stepCount(row.difficulty)],
  length: (row) => [stepCount(lengthOf(row))],
  students: (row) => [row.students],
  failedRun: (row) => row.failedRuns,
  loop: (row) => row.loop,
};

const CONDITIONS = [
  'verdict',
  'reason',
  'provenance',
  'answer',
  'difficulty',
  'length',
  'students',
  'failedRun',
  'loop',
] as const satisfies readonly TraceCondition[];

const ORDERS: Readonly<Record<TraceOrder, (row: TraceRow) => number>> = {
  problem: () => 0,
  'most-rejected': (row) => -row.rejected,
  hardest: (row) => -row.difficulty,
  easiest: (row) => row.difficulty,
  longest: (row) => -lengthOf(row),
  shortest: lengthOf,
};

/** The words of a search, all of which a trace must have. */
function searchWords(text: string | undefined): string[] {
  return (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
}

function emptyCounts(): Record<TraceCondition, Record<string, number>> {
  return {
    verdict: {},
    reason: {},
    provenance: {},
    answer: {},
    difficulty: {},
    length: {},
    students: {},
    failedRun: {},
    loop: {},
  };
}

/** The conditions of the filter that a line does not meet. */
function unmetConditions(row: TraceRow, filter: TraceConditions): TraceCondition[] {
  return CONDITIONS.filter((condition) => {
    const wanted = filter[condition];
    return wanted !== undefined && !VALUES[condition](row).includes(wanted);
  });
}

/**
 * Lists what meets the filter. A condition is counted over what meets all the others, so that its counts say what
 * choosing another of its values would leave. One pass over the lines.
 */
export function queryTraces(
  searchable: readonly SearchableRow[],
  filter: TraceFilter,
  order: TraceOrder,
): TraceListing {
  const words = searchWords(filter.text);
  const counts = emptyCounts();
  const count = (row: TraceRow, condition: TraceCondition): void => {
    const of = counts[condition];
    for (const value of VALUES[condition](row)) of[value] = (of[value] ?? 0) + 1;
  };
  const rows: TraceRow[] = [];
  for (const { row, searchText } of searchable) {
    if (!words.every((word) => searchText.includes(word))) continue;
    const unmet = unmetConditions(row, filter);
    const [only] = unmet;
    if (only === undefined) {
      rows.push(row);
      for (const condition of CONDITIONS) count(row, condition);
    } else if (unmet.length === 1) count(row, only);
  }
  const rank = ORDERS[order];
  rows.sort((first, second) => rank(first) - rank(second) || first.index - second.index);
  return { rows, total: searchable.length, counts };
}
