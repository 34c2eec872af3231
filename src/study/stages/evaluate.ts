/** Stage "evaluate": every subject answers its problems, a batch at a time; each batch is written. */

import type { Problem, SplitName } from '../../data/problem';
import { hashSeed } from '../../data/random';
import { calculatorGuide } from '../../evaluate/calculator';
import { decodingName } from '../../evaluate/decoding';
import type { EvaluationRecord } from '../../evaluate/records';
import { majorityIndex } from '../../evaluate/self-consistency';
import type { EvaluationBatch } from '../../storage/schema';
import { answerProblems, goldExamples, problemBatches } from '../answering';
import { gradeOutput, type Output } from '../grading';
import { studentAdapters, type Student } from '../models';
import type { StageContext } from '../stage-context';
import { solvingPrompt } from '../../text/prompt-template';
import { evaluationProblems, subjectsOf, STUDENT_BEFORE, TEACHER, type Subject } from '../subjects';

/** For an output that is missing. */
const NOTHING: Output = { text: '', tokens: 0 };

/** One subject on one split. */
interface Task {
  readonly subject: Subject;
  readonly split: SplitName;
  readonly batches: readonly (readonly Problem[])[];
  /** Batches already written. */
  readonly written: ReadonlySet<number>;
}

export async function evaluateSubjects(context: StageContext): Promise<void> {
  const { state } = context;
  const tasks = await planTasks(context);
  const count = (task: Task, which: (batch: number) => boolean): number =>
    task.batches.reduce((sum, batch, index) => sum + (which(index) ? batch.length : 0), 0);
  state.beginStage('evaluate', {
    done: tasks.reduce((sum, task) => sum + count(task, (batch) => task.written.has(batch)), 0),
    total: tasks.reduce((sum, task) => sum + count(task, () => true), 0),
  });
  for (const subject of subjectsOf(state.comparedRuns, state.record.configuration)) {
    const open = tasks.filter(
      (task) => task.subject.name === subject.name && task.written.size < task.batches.length,
    );
    if (open.length > 0) await evaluateSubject(context, subject, open);
  }
}

async function planTasks({ state, stores, models }: StageContext): Promise<Task[]> {
  const { studyId, configuration } = state.record;
  const tasks: Task[] = [];
  for (const subject of subjectsOf(state.comparedRuns, configuration)) {
    for (const split of subject.splits) {
      const problems = await evaluationProblems(stores, studyId, split, configuration);
      const records = await stores.evaluations.read(studyId, subject.name, split);
      tasks.push({
        subject,
        split,
        batches: problemBatches(problems, models.tokenizer, configuration.evaluation.batchSize),
        written: new Set(records.map(({ batch }) => batch)),
      });
    }
  }
  return tasks;
}

async function evaluateSubject(
  context: StageContext,
  subject: Subject,
  tasks: readonly Task[],
): Promise<void> {
  if (subject.name === TEACHER) {
    for (const task of tasks) await evaluateTask(context, task, null);
    context.models.releaseTeacher();
    return;
  }
  const student = await context.models.loadStudent(
    await bestSnapshot(context, subject),
    studentAdapters(context.state.record.configuration),
  );
  try {
    for (const task of tasks) await evaluateTask(context, task, student);
  } finally {
    student.dispose();
  }
}

/** The run's best checkpoint; null for a student that never trained. */
async function bestSnapshot(
  { state, stores, log, note }: StageContext,
  { run }: Subject,
): Promise<Uint8Array | null> {
  if (run === null || run.totalUpdates === 0) return null;
  const { checkpoint, damage } = await stores.checkpoints.readPreferred(run.runId, run.bestUpdate);
  for (const sentence of damage) note(sentence);
  if (checkpoint === null) {
    throw new Error(
      `Expected a whole checkpoint of method ${run.method}, found none: ${damage.join(' ') || 'they were deleted.'} Start the study again.`,
    );
  }
  const { update } = checkpoint.pointer;
  log(`Method ${run.method} is evaluated with its checkpoint at update ${update}.`);
  if (update !== run.bestUpdate) {
    const used = { ...run, bestUpdate: update };
    await stores.runs.commit([used], state.record);
    state.setRun(used);
  }
  return checkpoint.bytes;
}

async function evaluateTask(
  context: StageContext,
  task: Task,
  student: Student | null,
): Promise<void> {
  const { state, stores } = context;
  for (const [batch, problems] of task.batches.entries()) {
    if (task.written.has(batch)) continue;
    await context.rest();
    const started = performance.now();
    const records =
      student === null
        ? await teacherRecords(context, task.split, problems)
        : await studentRecords(context, task, student, problems);
    const written: EvaluationBatch = {
      studyId: state.record.studyId,
      subject: task.subject.name,
      split: task.split,
      batch,
      records,
      elapsedMs: performance.now() - started,
    };
    const stages = state.advanced('evaluate', {
      done: state.record.stages.evaluate.done + problems.length,
      detail: `${describe(task.subject)} on ${task.split}`,
    });
    await state.commit({ stages }, (study) => stores.evaluations.commit(written, study));
  }
}

function describe({ name, run, decoding }: Subject): string {
  if (run !== null && decoding !== null) return `method ${run.method}, ${decodingName(decoding)},`;
  if (run !== null) return `method ${run.method}`;
  return name === STUDENT_BEFORE ? 'the untrained student' : 'the teacher';
}

async function teacherRecords(
  { state, models }: StageContext,
  split: SplitName,
  problems: readonly Problem[],
): Promise<EvaluationRecord[]> {
  const { prompts, rationale } = state.record.configuration;
  const outputs = await models.teacher.generate(
    problems.map(({ question }) => solvingPrompt(prompts, question)),
    {
      temperature: 0,
      seeds: problems.map(() => 0),
      maximumTokens: rationale.maximumTokens,
    },
  );
  return problems.map((problem, index) =>
    gradeOutput(problem, split, 'cot', outputs[index] ?? NOTHING, null),
  );
}

/** Of as many outputs of each problem as the decoding asks for, one with the most frequent answer. */
async function decodedRecords(
  { state, models: { tokenizer }, rest }: StageContext,
  { subject, split }: Task,
  student: Student,
  problems: readonly Problem[],
): Promise<EvaluationRecord[]> {
  const { seed, rationale, evaluation } = state.record.configuration;
  const { run, decoding } = subject;
  if (run === null || decoding === null) return [];
  const { samples, calculator } = decoding;
  const drawn = problems.map((): EvaluationRecord[] => []);
  for (let sample = 1; sample <= samples; sample++) {
    await rest();
    const outputs = await answerProblems(
      student,
      tokenizer,
      run.method,
      problems,
      rationale.maximumTokens,
      {
        ...(calculator ? { guide: calculatorGuide(tokenizer) } : {}),
        ...(samples === 1
          ? {}
          : {
              temperature: evaluation.temperature,
              seeds: problems.map(({ id }) => hashSeed(seed, 'self-consistency', id, sample)),
            }),
      },
    );
    problems.forEach((problem, index) =>
      drawn[index]?.push(gradeOutput(problem, split, run.method, outputs[index] ?? NOTHING, null)),
    );
  }
  return drawn.flatMap(chosenRecord);
}

/** The record that stands for all drawn ones, with the tokens of them all. */
function chosenRecord(drawn: readonly EvaluationRecord[]): EvaluationRecord[] {
  const drawnAnswers = drawn.map(({ answer }) => answer);
  const chosen = drawn[majorityIndex(drawnAnswers)];
  if (chosen === undefined) return [];
  if (drawn.length === 1) return [chosen];
  return [{ ...chosen, tokens: drawn.reduce((sum, { tokens }) => sum + tokens, 0), drawnAnswers }];
}

/** A run is asked with its method's prompt and also scored on the gold targets; the untrained student only solves. */
async function studentRecords(
  context: StageContext,
  task: Task,
  student: Student,
  problems: readonly Problem[],
): Promise<EvaluationRecord[]> {
  const {
    subject: { run, decoding },
    split,
  } = task;
  if (decoding !== null) return decodedRecords(context, task, student, problems);
  const { state, models } = context;
  const { rationale, evaluation } = state.record.configuration;
  const { tokenizer } = models;
  const method = run?.method ?? 'cot';
  const { maximumTokens } = rationale;
  const outputs = await answerProblems(student, tokenizer, method, problems, maximumTokens);
  const examples = run === null ? [] : goldExamples(tokenizer, method, problems);
  const scores = await student.scoreTargets(examples, evaluation.batchSize);
  return problems.map((problem, index) =>
    gradeOutput(problem, split, method, outputs[index] ?? NOTHING, scores[index] ?? null),
  );
}
