/** The small projection of a trace that the trace list is made from. */

import { firstFailure, studentRounds } from '../rationale/student-round';
import { verdictOf } from '../rationale/taught';
import type { Reason, Trace } from '../rationale/trace';
import type { LoopOutcome } from '../rationale/trace-listing';
import type { TraceRowRecord } from './schema';

/** Projects a trace on the record its line in the list is made from. */
export function traceRowRecord(trace: Trace): TraceRowRecord {
  const greedy = trace.samples[0];
  const steps = trace.judged[0]?.steps ?? [];
  const reasons = new Set<Reason>();
  for (const step of steps) if (step.reason !== null) reasons.add(step.reason);
  return {
    studyId: trace.studyId,
    problemId: trace.problemId,
    index: trace.index,
    question: trace.question,
    difficulty: trace.difficulty,
    greedyRight: greedy?.answer === trace.goldAnswer,
    provenance: trace.provenance,
    kept: steps.filter((step) => verdictOf(step) === 'kept').length,
    rejected: steps.filter((step) => verdictOf(step) === 'rejected').length,
    repaired: steps.filter((step) => verdictOf(step) === 'repaired').length,
    reasons: [...reasons],
    loop: loopOutcomes(trace),
    searchText: searchText(trace),
  };
}

/** What the rounds of a trace's history came to. */
function loopOutcomes(trace: Trace): readonly LoopOutcome[] {
  const rounds = studentRounds(trace);
  if (rounds.length === 0) return [];
  const isChanged = rounds.some(
    ({ rationale, next }) => next !== null && next.rationale !== rationale,
  );
  const isFailed = rounds.some((round) => firstFailure(round) !== null);
  return [...(isChanged ? (['changed'] as const) : []), isFailed ? 'failed' : 'passed'];
}

/** Everything of a trace that a search looks at, in lower case. */
function searchText({ problemId, question, goldRationale, samples }: Trace): string {
  return [problemId, question, goldRationale, ...samples.map(({ text }) => text)]
    .join('\n')
    .toLowerCase();
}
