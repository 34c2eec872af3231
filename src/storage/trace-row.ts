/** The trace list: the small projection of a trace, and the filter over it. */

import type { Reason, Trace } from '../rationale/trace';
import type { TraceFilter, TraceRow } from '../worker/protocol';
import type { TraceRowRecord } from './schema';

/** Projects a trace on the record its line in the list is made from. */
export function traceRowRecord(trace: Trace): TraceRowRecord {
  const greedy = trace.samples[0];
  const shown = trace.judged[0];
  const steps = shown?.steps ?? [];
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
    kept: steps.filter((step) => step.verdict === 'kept').length,
    rejected: steps.filter((step) => step.verdict === 'rejected').length,
    repaired: steps.filter((step) => step.verdict === 'repaired').length,
    reasons: [...reasons],
    searchText: `${trace.question}\n${greedy?.text ?? ''}`.toLowerCase(),
  };
}

/** Does a row meet every condition of the filter? */
export function matchesFilter(row: TraceRowRecord, filter: TraceFilter): boolean {
  if (filter.verdict !== undefined && row[filter.verdict] === 0) return false;
  if (filter.reason !== undefined && !row.reasons.includes(filter.reason)) return false;
  if (filter.provenance !== undefined && row.provenance !== filter.provenance) return false;
  if (filter.greedyRight !== undefined && row.greedyRight !== filter.greedyRight) return false;
  const text = filter.text?.trim().toLowerCase() ?? '';
  return text === '' || row.searchText.includes(text);
}

/** The line itself, without what only the store needs. */
export function traceRow(record: TraceRowRecord): TraceRow {
  const { studyId: _studyId, searchText: _searchText, digest: _digest, ...row } = record;
  return row;
}
