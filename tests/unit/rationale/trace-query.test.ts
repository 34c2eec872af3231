/** The trace list's filter, counts and order against the plain definition of each. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROVENANCES, REASONS } from '../../../src/rationale/trace';
import {
  LOOP_OUTCOMES,
  STEP_COUNTS,
  STUDENT_OUTCOMES,
  TRACE_ORDERS,
  type TraceFilter,
  type TraceRow,
} from '../../../src/rationale/trace-listing';
import { queryTraces, stepCount, type SearchableRow } from '../../../src/rationale/trace-query';

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const small = fc.nat({ max: 3 });
const run = fc.constantFrom('run-1', 'run-2');

const rowOf = fc.record({
  question: fc.constantFrom('Two red apples', 'Three green pears', 'Red pears and apples'),
  difficulty: fc.nat({ max: 12 }),
  greedyRight: fc.boolean(),
  provenance: fc.option(fc.constantFrom(...PROVENANCES)),
  kept: small,
  rejected: small,
  repaired: small,
  reasons: fc.uniqueArray(fc.constantFrom(...REASONS), { maxLength: 2 }),
  students: fc.constantFrom(...STUDENT_OUTCOMES),
  failedRuns: fc.uniqueArray(run),
  loop: fc.uniqueArray(fc.constantFrom(...LOOP_OUTCOMES)),
});

const rowsOf = fc.array(rowOf, { maxLength: 30 }).map((rows) =>
  rows.map((row, index): SearchableRow => ({
    row: { ...row, index, problemId: `problem-${index}` },
    searchText: row.question.toLowerCase(),
  })),
);

const filterOf = fc
  .record({
    verdict: optional(fc.constantFrom('kept' as const, 'rejected' as const, 'repaired' as const)),
    reason: optional(fc.constantFrom(...REASONS)),
    provenance: optional(fc.constantFrom(...PROVENANCES)),
    answer: optional(fc.constantFrom('right' as const, 'wrong' as const)),
    difficulty: optional(fc.constantFrom(...STEP_COUNTS)),
    length: optional(fc.constantFrom(...STEP_COUNTS)),
    students: optional(fc.constantFrom(...STUDENT_OUTCOMES)),
    failedRun: optional(run),
    loop: optional(fc.constantFrom(...LOOP_OUTCOMES)),
    text: optional(fc.constantFrom('', ' PEARS  red', 'apples', 'nothing')),
  })
  // Few conditions at once, or nothing would be left to count.
  .chain((all) =>
    fc
      .subarray(
        Object.entries(all).filter(([, value]) => value !== undefined),
        { maxLength: 3 },
      )
      .map((entries): TraceFilter => Object.fromEntries(entries)),
  );

/** What a filter means, a condition at a time. */
function meets({ row, searchText }: SearchableRow, filter: TraceFilter): boolean {
  const steps = row.kept + row.rejected + row.repaired;
  const words = (filter.text ?? '').toLowerCase().split(' ');
  return (
    words.every((word) => searchText.includes(word)) &&
    (filter.verdict === undefined || row[filter.verdict] > 0) &&
    (filter.reason === undefined || row.reasons.includes(filter.reason)) &&
    (filter.provenance === undefined || row.provenance === filter.provenance) &&
    (filter.answer === undefined || (filter.answer === 'right') === row.greedyRight) &&
    (filter.difficulty === undefined || filter.difficulty === stepCount(row.difficulty)) &&
    (filter.length === undefined || filter.length === stepCount(steps)) &&
    (filter.students === undefined || row.students === filter.students) &&
    (filter.failedRun === undefined || row.failedRuns.includes(filter.failedRun)) &&
    (filter.loop === undefined || row.loop.includes(filter.loop))
  );
}

test('numbers of steps from 8 on share an entry', () => {
  expect([0, 1, 7, 8, 9, 1000].map(stepCount)).toEqual(['0', '1', '7', '8+', '8+', '8+']);
});

test('lists what meets every condition, and counts what another choice would leave', () => {
  fc.assert(
    fc.property(rowsOf, filterOf, (rows, filter) => {
      const { rows: found, total, counts } = queryTraces(rows, filter, 'problem');
      expect(total).toBe(rows.length);
      expect(found).toEqual(rows.filter((each) => meets(each, filter)).map(({ row }) => row));
      const left = (other: TraceFilter) =>
        rows.filter((each) => meets(each, { ...filter, ...other })).length;
      for (const reason of REASONS) expect(counts.reason[reason] ?? 0).toBe(left({ reason }));
      for (const verdict of ['kept', 'rejected', 'repaired'] as const)
        expect(counts.verdict[verdict] ?? 0).toBe(left({ verdict }));
      for (const provenance of PROVENANCES)
        expect(counts.provenance[provenance] ?? 0).toBe(left({ provenance }));
      for (const answer of ['right', 'wrong'] as const)
        expect(counts.answer[answer] ?? 0).toBe(left({ answer }));
      for (const steps of STEP_COUNTS) {
        expect(counts.difficulty[steps] ?? 0).toBe(left({ difficulty: steps }));
        expect(counts.length[steps] ?? 0).toBe(left({ length: steps }));
      }
      for (const students of STUDENT_OUTCOMES)
        expect(counts.students[students] ?? 0).toBe(left({ students }));
      for (const failedRun of ['run-1', 'run-2'])
        expect(counts.failedRun[failedRun] ?? 0).toBe(left({ failedRun }));
      for (const loop of LOOP_OUTCOMES) expect(counts.loop[loop] ?? 0).toBe(left({ loop }));
    }),
  );
});

test('every order ranks by its measure and keeps the problems’ order among equals', () => {
  const measures = {
    problem: () => 0,
    'most-rejected': (row: TraceRow) => -row.rejected,
    hardest: (row: TraceRow) => -row.difficulty,
    easiest: (row: TraceRow) => row.difficulty,
    longest: (row: TraceRow) => -(row.kept + row.rejected + row.repaired),
    shortest: (row: TraceRow) => row.kept + row.rejected + row.repaired,
  };
  fc.assert(
    fc.property(rowsOf, fc.constantFrom(...TRACE_ORDERS), (rows, order) => {
      const { rows: sorted } = queryTraces(rows, {}, order);
      const measure = measures[order];
      expect(sorted).toHaveLength(rows.length);
      const inOrder = sorted.every((row, place) => {
        const next = sorted[place + 1];
        if (next === undefined) return true;
        const [one, other] = [measure(row), measure(next)];
        return one < other || (one === other && row.index < next.index);
      });
      expect(inOrder).toBe(true);
    }),
  );
});
