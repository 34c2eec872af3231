/** Stage "report": the comparison of the runs, from what is stored and nothing else. */

import { SPLIT_NAMES, type Problem, type SplitName } from '../../data/problem';
import { chainLength, comparePaired, pairRecords } from '../../evaluate/comparison';
import { decodingName } from '../../evaluate/decoding';
import { studentErrors, type StudentErrors } from '../../evaluate/error-taxonomy';
import { proportion, splitScores } from '../../evaluate/metrics';
import type { EvaluationRecord } from '../../evaluate/records';
import type { RunRecord, StudyRecord } from '../../storage/schema';
import { METHOD_TRAITS } from '../methods';
import { parseRationale } from '../../text/grammar';
import type {
  ChainLength,
  DecodingScores,
  MethodReport,
  PairedComparison,
  Proportion,
  Report,
  RoundReport,
} from '../report';
import type { TrainingRound } from '../snapshot';
import type { StageContext } from '../stage-context';
import { decodingsOf, decodingSubject, STUDENT_BEFORE, TEACHER } from '../subjects';
import { roundScores } from '../training-round';

export async function writeReport(context: StageContext): Promise<void> {
  const { state, stores } = context;
  state.beginStage('report', { done: 0, total: state.comparedRuns.length });
  await context.rest();
  const test = await stores.problems.read(state.record.studyId, 'test');
  const problems = new Map(test.map((problem) => [problem.id, problem]));
  const runs = await Promise.all(
    state.comparedRuns.map((run) => reportRun(context, run, problems)),
  );
  const { before, after } = await chainLengths(context);
  const { likelihoods, rollouts } = state.record;
  const skipped = state.runs
    .filter(({ method }) => state.isSkipped(method))
    .map(({ method, update, totalUpdates }) => ({ method, updates: update, totalUpdates }));
  const report: Report = {
    studyId: state.record.studyId,
    finishedAt: Date.now(),
    studentBefore: exactMatch(await readRecords(context, STUDENT_BEFORE, 'test')),
    teacher: exactMatch(await readRecords(context, TEACHER, 'test')),
    methods: runs.map(({ report: method }) => method),
    comparisons: comparePairs(runs),
    chainBefore: before,
    chainAfter: after,
    ...(likelihoods === undefined ? {} : { likelihoods }),
    ...(rollouts === undefined ? {} : { rollouts }),
    ...(skipped.length === 0 ? {} : { skipped }),
    totalMs: state.elapsedMs,
  };
  const stages = state.advanced('report', { done: runs.length });
  await state.commit({ report, stages }, (record) => stores.studies.write(record));
}

interface ReportedRun {
  readonly report: MethodReport;
  /** What it answered on the test split. */
  readonly test: readonly EvaluationRecord[];
}

async function readRecords(
  { state, stores }: StageContext,
  subject: string,
  split: SplitName,
): Promise<readonly EvaluationRecord[]> {
  const batches = await stores.evaluations.read(state.record.studyId, subject, split);
  return batches.flatMap(({ records }) => records);
}

function exactMatch(records: readonly EvaluationRecord[]): Proportion {
  return proportion(records.filter(({ correct }) => correct).length, records.length);
}

async function reportRun(
  context: StageContext,
  run: RunRecord,
  problems: ReadonlyMap<string, Problem>,
): Promise<ReportedRun> {
  const { state, stores } = context;
  const { stages, studyId } = state.record;
  const records = {
    train: await readRecords(context, run.runId, 'train'),
    validation: await readRecords(context, run.runId, 'validation'),
    test: await readRecords(context, run.runId, 'test'),
  };
  let evaluateMs = 0;
  for (const split of SPLIT_NAMES) {
    const batches = await stores.evaluations.read(studyId, run.runId, split);
    evaluateMs = batches.reduce((sum, { elapsedMs }) => sum + elapsedMs, evaluateMs);
  }
  // Every method learns from the teacher's outputs, not every one from what feedback made of them.
  // What one method alone asked the teacher for is no cost of the others.
  const diverseMs = state.record.rationale?.diverse?.elapsedMs ?? 0;
  const unaskedMs = METHOD_TRAITS[run.method].diverse ? 0 : diverseMs;
  const feedbackMs = METHOD_TRAITS[run.method].needsFeedback ? stages.feedback.elapsedMs : 0;
  const loopMs = (state.record.studentLoop ?? [])
    .filter(({ method }) => method === run.method)
    .reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const decodings = await reportDecodings(context, run, records.test);
  const errors = errorsOf(run, records.test, problems);
  return {
    report: {
      method: run.method,
      seed: run.seed,
      runId: run.runId,
      examples: run.examples,
      bestUpdate: run.bestUpdate ?? 0,
      ...(run.rounds === undefined ? {} : { rounds: roundReports(state.record, run, run.rounds) }),
      splits: {
        train: splitScores(records.train),
        validation: splitScores(records.validation),
        test: splitScores(records.test),
      },
      ...(decodings.length === 0 ? {} : { decodings }),
      ...(errors === null ? {} : { errors }),
      cost: {
        updates: run.update,
        targetTokens: run.targetTokens,
        trainMs: run.elapsedMs,
        evaluateMs,
        preparationMs:
          stages.rationale.elapsedMs - unaskedMs + feedbackMs + loopMs + (run.softTargetsMs ?? 0),
        peakMemoryBytes: run.peakMemoryBytes,
      },
    },
    test: records.test,
  };
}

async function reportDecodings(
  { state, stores }: StageContext,
  run: RunRecord,
  greedy: readonly EvaluationRecord[],
): Promise<DecodingScores[]> {
  const { studyId, configuration } = state.record;
  const found: DecodingScores[] = [];
  for (const decoding of decodingsOf(run, configuration)) {
    const batches = await stores.evaluations.read(studyId, decodingSubject(run, decoding), 'test');
    const records = batches.flatMap((batch) => batch.records);
    const { exactMatch: share, meanTokens } = splitScores(records);
    found.push({
      ...decoding,
      exactMatch: share,
      againstGreedy: pairRecords(
        { name: `${run.method}, greedy`, records: greedy },
        { name: `${run.method}, ${decodingName(decoding)}`, records },
      ),
      meanTokens,
      elapsedMs: batches.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    });
  }
  return found;
}

/** Null for a method whose outputs have no steps to judge. */
function errorsOf(
  { method }: RunRecord,
  records: readonly EvaluationRecord[],
  problems: ReadonlyMap<string, Problem>,
): StudentErrors | null {
  if (METHOD_TRAITS[method].asks === 'answer') return null;
  return studentErrors(
    records.flatMap(({ problemId, output, answer, correct }) => {
      const problem = problems.get(problemId);
      return problem === undefined ? [] : [{ problem, output, answer, correct }];
    }),
  );
}

/** Each round of a run with what its student's examination after it came to. */
function roundReports(
  { studentLoop = [] }: StudyRecord,
  run: RunRecord,
  rounds: readonly TrainingRound[],
): RoundReport[] {
  const scores = roundScores(run);
  return rounds.map(({ from, updates, examples }, index) => {
    const examination = studentLoop.find(
      ({ method, round }) => method === run.method && round === index + 1,
    );
    return {
      examples,
      updates,
      exactMatch: scores[index] ?? 0,
      isBest: run.bestUpdate !== null && run.bestUpdate > from && run.bestUpdate <= from + updates,
      examination: examination ?? null,
    };
  });
}

/** Every pair of methods on the test split, in the methods' order. */
function comparePairs(runs: readonly ReportedRun[]): PairedComparison[] {
  return runs.flatMap((first, index) =>
    runs
      .slice(index + 1)
      .map((second) =>
        comparePaired(
          { method: first.report.method, records: first.test },
          { method: second.report.method, records: second.test },
        ),
      ),
  );
}

/** Mean length of the teacher's greedy rationales and of what feedback left of them or put in their place. */
async function chainLengths({
  state,
  stores,
  models,
}: StageContext): Promise<{ before: ChainLength; after: ChainLength }> {
  const before: { steps: number; tokens: number }[] = [];
  const after: { steps: number; tokens: number }[] = [];
  const measure = (text: string): number => parseRationale(text).steps.length;
  for await (const { samples, winnowed } of stores.traces.each(state.record.studyId)) {
    const [greedy] = samples;
    if (greedy !== undefined) before.push({ steps: measure(greedy.text), tokens: greedy.tokens });
    if (winnowed !== null) {
      after.push({ steps: measure(winnowed), tokens: models.tokenizer.encode(winnowed).length });
    }
  }
  return { before: chainLength(before), after: chainLength(after) };
}
