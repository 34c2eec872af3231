/**
 * One examination of a student between two rounds of its training: it is forced along the verified rationales, the
 * teacher goes on where it fails, and it chooses what it finds likeliest. Every group of problems is written as a whole.
 */

import { hashSeed } from '../data/random';
import { problemExample } from '../distill/examples';
import { lossMoments, type LossMoments } from '../feedback/student-loop';
import { lengthBatches } from '../rationale/sampling';
import { studentRounds, type StudentRound } from '../rationale/student-round';
import type { Trace } from '../rationale/trace';
import type { RunRecord } from '../storage/schema';
import { rationaleTokens } from '../text/rationale-tokens';
import { chooseNext } from './examination/choice';
import { continueFailed } from './examination/continuations';
import { forceStudent } from './examination/forcing';
import type { Examination, Found } from './examination/examination';
import { studentAdapters, type Student } from './models';
import type { Method } from './methods';
import type { StudentLoopSummary } from './snapshot';
import type { StageContext } from './stage-context';

/** Batches of problems that are examined and written together. */
const BATCHES_A_GROUP = 4;

/** What is done to a group of problems, and whether a problem's round has it already. */
interface Part {
  readonly doing: string;
  readonly isDone: (found: StudentRound | null) => boolean;
  readonly examine: (traces: readonly Trace[]) => Promise<readonly Found[]>;
}

/**
 * Examines a run's student, as its newest checkpoint has it, on the problems of a round that has ended. What an earlier
 * session has written is not done again.
 *
 * @throws PauseRequested between two batches
 */
export async function examineStudent(
  context: StageContext,
  run: RunRecord,
  round: number,
): Promise<void> {
  const { method } = run;
  const groups = await examinedGroups(context, method, round);
  const all = groups.flat();
  const examination = { context, method, round };
  const examine = async (part: Part): Promise<void> => examineGroups(examination, groups, part);

  const open = async (isDone: Part['isDone']): Promise<boolean> =>
    (await roundsOf(examination, all)).some((found) => !isDone(found));
  const isForced: Part['isDone'] = (found) => found !== null;
  const isContinued: Part['isDone'] = (found) => (found?.continuations ?? null) !== null;
  const isChosen: Part['isDone'] = (found) => (found?.next ?? null) !== null;

  if (await open(isForced)) {
    await withStudent(context, run, (student) =>
      examine({
        doing: 'the student is forced along what it was taught',
        isDone: isForced,
        examine: (traces) => forceStudent(examination, student, traces),
      }),
    );
  }
  if (await open(isContinued)) {
    await examine({
      doing: 'the teacher goes on where it failed',
      isDone: isContinued,
      examine: (traces) => continueFailed(examination, traces),
    });
    context.models.releaseTeacher();
  }
  if (await open(isChosen)) {
    const moments = await momentsOf(examination, all);
    await withStudent(context, run, (student) =>
      examine({
        doing: 'the student chooses what it finds likeliest',
        isDone: isChosen,
        examine: (traces) => chooseNext(examination, student, moments, traces),
      }),
    );
  }
}

/**
 * The problems to examine, by index in groups of similar length: a seeded sample of those the round taught. It depends
 * on nothing that an examination writes, so that a stopped one finds the same groups.
 */
async function examinedGroups(
  { state, stores, models }: StageContext,
  method: Method,
  round: number,
): Promise<number[][]> {
  const { studyId, configuration } = state.record;
  const { seed, training, feedback, evaluation } = configuration;
  const taught: { index: number; length: number; draw: number }[] = [];
  for await (const trace of stores.traces.each(studyId)) {
    const options = { ...training, ...feedback };
    const made = problemExample(method, trace, models.tokenizer, options, round);
    if (!('example' in made)) continue;
    const tokens = rationaleTokens(made.text, models.tokenizer);
    if (tokens === null || tokens.stepEnds.length === 0) continue;
    const draw = hashSeed(seed, 'student loop', trace.problemId);
    taught.push({ index: trace.index, length: tokens.target.length, draw });
  }
  const drawn = taught
    .toSorted((first, second) => first.draw - second.draw || first.index - second.index)
    .slice(0, feedback.roundProblems)
    .toSorted((first, second) => first.index - second.index);
  const lengths = drawn.map(({ length }) => length);
  return lengthBatches(lengths, evaluation.batchSize * BATCHES_A_GROUP).map((group) =>
    group.flatMap((place) => drawn[place]?.index ?? []),
  );
}

async function examineGroups(
  examination: Examination,
  groups: readonly (readonly number[])[],
  { doing, isDone, examine }: Part,
): Promise<void> {
  const { context, method, round } = examination;
  const { state, stores } = context;
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  let done = 0;
  for (const group of groups) {
    const traces = await stores.traces.readMany(state.record.studyId, group);
    done += group.length;
    const waiting = traces.filter((trace) => !isDone(roundOf(trace, examination)));
    if (waiting.length === 0) continue;
    const started = performance.now();
    const found = await examine(waiting);
    const elapsedMs = performance.now() - started;
    const studentLoop = summed(state.record.studentLoop ?? [], examination, found, elapsedMs);
    const stages = state.advanced('train', {
      done: state.record.stages.train.done,
      remainingMs: state.record.stages.train.remainingMs,
      detail: `${method}, after round ${round}: ${doing}, ${done} of ${total} problems`,
    });
    const written = waiting.flatMap((trace) => {
      const own = found.find(({ index }) => index === trace.index);
      return own === undefined ? [] : [withRound(trace, own.round)];
    });
    await state.commit({ studentLoop, stages }, (record) => stores.traces.commit(written, record));
  }
}

/** The student of a run's newest checkpoint, for as long as `work` takes. */
async function withStudent(
  context: StageContext,
  { runId, method }: RunRecord,
  work: (student: Student) => Promise<void>,
): Promise<void> {
  const { checkpoint, damage } = await context.stores.checkpoints.readNewest(runId);
  for (const sentence of damage) context.log(sentence);
  if (checkpoint === null) {
    throw new Error(
      `Expected a whole checkpoint of method ${method} to examine its student, found none. Start the study again.`,
    );
  }
  const adapters = studentAdapters(context.state.record.configuration);
  const student = await context.models.loadStudent(checkpoint.bytes, adapters);
  try {
    await work(student);
  } finally {
    student.dispose();
  }
}

function roundOf(trace: Trace, { method, round }: Examination): StudentRound | null {
  return (
    studentRounds(trace).find((each) => each.method === method && each.round === round) ?? null
  );
}

function withRound(trace: Trace, found: StudentRound): Trace {
  const others = studentRounds(trace).filter(
    ({ method, round }) => method !== found.method || round !== found.round,
  );
  return { ...trace, studentRounds: [...others, found] };
}

async function roundsOf(
  examination: Examination,
  indices: readonly number[],
): Promise<(StudentRound | null)[]> {
  const { state, stores } = examination.context;
  const wanted = new Set(indices);
  const rounds: (StudentRound | null)[] = [];
  for await (const trace of stores.traces.each(state.record.studyId)) {
    if (wanted.has(trace.index)) rounds.push(roundOf(trace, examination));
  }
  return rounds;
}

async function momentsOf(
  examination: Examination,
  indices: readonly number[],
): Promise<LossMoments> {
  const rounds = await roundsOf(examination, indices);
  return lossMoments(rounds.flatMap((found) => found?.steps.map(({ loss }) => loss) ?? []));
}

/** The summaries with what one group adds to that of its examination. */
function summed(
  before: readonly StudentLoopSummary[],
  { method, round }: Examination,
  found: readonly Found[],
  elapsedMs: number,
): StudentLoopSummary[] {
  const isOwn = (each: StudentLoopSummary): boolean =>
    each.method === method && each.round === round;
  const own = before.find(isOwn);
  const sum = (which: keyof Found['counts']): number =>
    found.reduce((total, { counts }) => total + (counts[which] ?? 0), own?.[which] ?? 0);
  const summary: StudentLoopSummary = {
    method,
    round,
    problems: sum('problems'),
    failedProblems: sum('failedProblems'),
    steps: sum('steps'),
    failedSteps: sum('failedSteps'),
    replaced: sum('replaced'),
    studentTokens: sum('studentTokens'),
    teacherTokens: sum('teacherTokens'),
    elapsedMs: (own?.elapsedMs ?? 0) + elapsedMs,
  };
  return [...before.filter((each) => !isOwn(each)), summary];
}
