/** The rounds of a run: training from the start, examining the student, and training again on what that showed. */

import type { Problem } from '../data/problem';
import { buildExamples, type ExampleSet } from '../distill/examples';
import { isFlat } from '../feedback/student-loop';
import type { RunRecord } from '../storage/schema';
import { plannedUpdates } from './budget';
import type { Method } from './methods';
import type { StageContext } from './stage-context';
import { examineStudent } from './student-examination';
import type { TrainingClock } from './training-clock';
import { mostRounds, roundScores } from './training-round';
import { newestState, trainRound } from './training-run';

/** The examples of one round of a method. */
export async function examplesOf(
  context: StageContext,
  method: Method,
  round = 1,
): Promise<ExampleSet> {
  const { studyId, configuration } = context.state.record;
  const options = { ...configuration.training, ...configuration.feedback };
  const traces = context.stores.traces.each(studyId);
  return buildExamples(method, traces, context.models.tokenizer, options, round);
}

/**
 * Trains a run's student for as many rounds as help, from wherever the run was stopped. Every round begins with the
 * same student and has the same budget of target tokens; of all checkpoints of all rounds the run keeps the best.
 *
 * @param first the examples of the first round
 */
export async function trainRounds(
  context: StageContext,
  planned: RunRecord,
  first: ExampleSet,
  validation: readonly Problem[],
  clock: TrainingClock,
): Promise<void> {
  const most = mostRounds(planned.method, context.state.record.configuration);
  const isLast = (run: RunRecord): boolean =>
    (run.rounds?.length ?? 1) >= most || isFlat(roundScores(run));
  let { run, snapshot } = await newestState(context, planned);
  for (;;) {
    const round = run.rounds?.length ?? 1;
    const set = round === 1 ? first : await examplesOf(context, run.method, round);
    run = await trainRound(context, run, { set, snapshot, isLast }, validation, clock);
    if (run.state === 'done') return;
    await examineStudent(context, run, round);
    run = await beginRound(context, run, round + 1, most);
    snapshot = null;
  }
}

async function beginRound(
  context: StageContext,
  run: RunRecord,
  round: number,
  most: number,
): Promise<RunRecord> {
  const set = await examplesOf(context, run.method, round);
  const updates = plannedUpdates(set, context.state.record.configuration.training);
  const next = { from: run.update, updates, examples: set.examples.length };
  const scores = roundScores(run).map((score) => `${Math.round(100 * score)} %`);
  context.log(
    `Method ${run.method} is trained again from the start, round ${round}: ${set.examples.length} examples, ${updates} updates. Exact match on validation so far: ${scores.join(', ')}.`,
  );
  return {
    ...run,
    rounds: [...(run.rounds ?? []), next],
    totalUpdates: run.update + updates * (most - round + 1),
  };
}
