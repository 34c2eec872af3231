/** Where the next rejected step is, in a trace and in the list of traces. */

import { verdictOf } from '../rationale/taught';
import type { Trace } from '../rationale/trace';
import type { TraceRow } from '../rationale/trace-listing';
import type { StepPlace } from './address';

/** The first rejected step of a trace behind a place; null where there is none. */
export function nextRejectedStep(trace: Trace, after: StepPlace | null): StepPlace | null {
  for (const { sample, steps } of trace.judged) {
    if (after !== null && sample < after.sample) continue;
    const from = after !== null && sample === after.sample ? after.step + 1 : 0;
    const step = steps.findIndex((each, index) => index >= from && verdictOf(each) === 'rejected');
    if (step >= 0) return { sample, step };
  }
  return null;
}

/** The first line of the list behind a problem that has a rejected step; null where there is none. */
export function nextRejectedRow(
  rows: readonly TraceRow[],
  problemId: string | null,
): TraceRow | null {
  const present = rows.findIndex((row) => row.problemId === problemId);
  return rows.slice(present + 1).find(({ rejected }) => rejected > 0) ?? null;
}
