/** The trace list of a study: its traces' lines joined with how the trained students answered the same problems. */

import type { EvaluationRecord } from '../evaluate/records';
import type { Trace } from '../rationale/trace';
import type {
  StudentOutcome,
  TraceListing,
  TraceRow,
  TraceSelection,
} from '../rationale/trace-listing';
import { queryTraces, type SearchableRow } from '../rationale/trace-query';
import type { RunRecord, TraceRowRecord } from './schema';
import type { Stores } from './stores';

/** What a trained student wrote for a training problem. */
export interface StudentAnswer {
  readonly run: Pick<RunRecord, 'runId' | 'method' | 'seed'>;
  readonly record: EvaluationRecord;
}

/** The students' answers to one training problem, and how many of those problems they were asked in all. */
export interface StudentAnswers {
  readonly answers: readonly StudentAnswer[];
  readonly asked: number;
}

/** What is asked of a study's traces. */
export interface TraceQuery extends TraceSelection {
  readonly studyId: string;
}

interface Outcomes {
  readonly asked: number;
  readonly failedRuns: readonly string[];
}

/** The lines that meet a filter, in order, with the counts of every condition. */
export async function listTraces(
  stores: Stores,
  { studyId, filter, order }: TraceQuery,
): Promise<TraceListing> {
  const [records, outcomes] = await Promise.all([
    stores.traces.rows(studyId),
    readOutcomes(stores, studyId),
  ]);
  const rows = records.map((record): SearchableRow => ({
    row: traceRow(record, outcomes.get(record.problemId)),
    searchText: record.searchText,
  }));
  return queryTraces(rows, filter, order);
}

/** How every run of the study answered one training problem, in the order of the runs. */
export async function readStudentAnswers(
  stores: Stores,
  studyId: string,
  problemId: string,
): Promise<StudentAnswers> {
  const answers: StudentAnswer[] = [];
  let asked = 0;
  for await (const { run, records } of answeredByRun(stores, studyId)) {
    asked = Math.max(asked, records.length);
    const record = records.find((each) => each.problemId === problemId);
    if (record === undefined) continue;
    const { runId, method, seed } = run;
    answers.push({ run: { runId, method, seed }, record });
  }
  return { answers, asked };
}

/**
 * The traces that meet a filter, one JSON object a line, in the order of the list.
 *
 * @param project what is written of a trace; everything but the id of this browser's study unless given
 */
export async function exportTraces(
  stores: Stores,
  query: TraceQuery,
  project: (trace: Trace) => object = withoutStudy,
): Promise<Blob> {
  const { rows } = await listTraces(stores, query);
  const wanted = new Map(rows.map(({ index }, place) => [index, place]));
  const lines = Array.from<string>({ length: rows.length });
  for await (const trace of stores.traces.each(query.studyId)) {
    const place = wanted.get(trace.index);
    if (place !== undefined) lines[place] = `${JSON.stringify(project(trace))}\n`;
  }
  return new Blob(lines, { type: 'application/jsonl' });
}

/** The id of this browser's study says nothing elsewhere. */
function withoutStudy({ studyId: _studyId, ...trace }: Trace): object {
  return trace;
}

async function* answeredByRun(
  stores: Stores,
  studyId: string,
): AsyncGenerator<{ run: RunRecord; records: readonly EvaluationRecord[] }> {
  for (const run of await stores.runs.ofStudy(studyId)) {
    const batches = await stores.evaluations.read(studyId, run.runId, 'train');
    yield { run, records: batches.flatMap(({ records }) => records) };
  }
}

async function readOutcomes(
  stores: Stores,
  studyId: string,
): Promise<ReadonlyMap<string, Outcomes>> {
  const outcomes = new Map<string, Outcomes>();
  for await (const { run, records } of answeredByRun(stores, studyId)) {
    for (const { problemId, correct } of records) {
      const { asked, failedRuns } = outcomes.get(problemId) ?? { asked: 0, failedRuns: [] };
      outcomes.set(problemId, {
        asked: asked + 1,
        failedRuns: correct ? failedRuns : [...failedRuns, run.runId],
      });
    }
  }
  return outcomes;
}

function traceRow(record: TraceRowRecord, outcomes: Outcomes | undefined): TraceRow {
  const { studyId: _studyId, searchText: _searchText, digest: _digest, ...row } = record;
  return {
    ...row,
    students: studentOutcome(outcomes),
    failedRuns: outcomes?.failedRuns ?? [],
    loop: row.loop ?? [],
  };
}

function studentOutcome(outcomes: Outcomes | undefined): StudentOutcome {
  if (outcomes === undefined) return 'not-asked';
  const failed = outcomes.failedRuns.length;
  if (failed === 0) return 'all-right';
  return failed === outcomes.asked ? 'all-wrong' : 'some-wrong';
}
