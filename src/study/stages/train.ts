/** Stage "train": the methods of the study one after the other, each from the same student. */

import type { ExampleSet } from '../../distill/examples';
import type { RunRecord } from '../../storage/schema';
import { DeviceTroubleError } from '../../tensor/device-trouble';
import { plannedUpdates } from '../budget';
import { isOutOfGpuMemory, smallerMicroBatch } from '../fitting-batch';
import { METHOD_TRAITS, type Method } from '../methods';
import { softExamples } from '../soft-targets';
import { MethodSkipped, type StageContext } from '../stage-context';
import { TrainingClock } from '../training-clock';
import { mostRounds } from '../training-round';
import { examplesOf, trainRounds } from '../training-rounds';

/** Most problems that are listed one by one because the tokenizer changes their target; all are counted. */
const MOST_LISTED = 20;

export async function trainMethods(context: StageContext): Promise<void> {
  const { state, stores, log } = context;
  const { studyId } = state.record;
  const validation = await stores.problems.read(studyId, 'validation');
  const sets = new Map<Method, ExampleSet>();
  for (const method of state.record.configuration.methods) {
    await context.rest();
    const set = await examplesOf(context, method);
    sets.set(method, set);
    if (!state.runs.some((run) => run.method === method)) {
      const run = newRun(context, method, set);
      state.setRun(run);
      log(describeExamples(run, set, mostRounds(method, state.record.configuration)));
      for (const { problemId, sentence } of set.damaged.slice(0, MOST_LISTED)) {
        log(`Problem ${problemId} is left out of method ${method}. ${sentence}`);
      }
    }
  }
  await stores.runs.commit(state.runs, state.record);
  const clock = new TrainingClock(state.runs, sets);
  state.beginStage('train', clock.progress(state.comparedRuns));
  await addSoftTargets(context, sets);
  context.models.releaseTeacher();
  // Looked for each time anew: while one method trains, others may be left out or taken in again.
  for (;;) {
    const run = state.comparedRuns.find((candidate) => candidate.state !== 'done');
    const set = run && sets.get(run.method);
    if (run === undefined || set === undefined) break;
    await trainUnlessSkipped(context, run.method, (own) =>
      trainWithinMemory(own, () => trainRounds(own, run, set, validation, clock)),
    );
  }
  state.advance('train', clock.progress(state.comparedRuns));
  await stores.softTargets.clear(studyId);
}

/** Trains a method until it is done, or left out by somebody; what it trained until then is kept. */
async function trainUnlessSkipped(
  context: StageContext,
  method: Method,
  train: (own: StageContext) => Promise<void>,
): Promise<void> {
  const own: StageContext = {
    ...context,
    rest: async () => {
      await context.rest();
      if (context.state.isSkipped(method)) throw new MethodSkipped(method);
    },
  };
  try {
    await train(own);
  } catch (error) {
    if (!(error instanceof MethodSkipped)) throw error;
  }
}

/**
 * Trains, from the last checkpoint each time, with ever fewer examples at once while memory runs out.
 *
 * @throws the memory's error when one example at a time is too much, or the device itself was full: that one
 *   dropped commands and cannot be used any more
 */
async function trainWithinMemory(
  { state, note }: StageContext,
  train: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await train();
    } catch (error) {
      const smaller = isOutOfGpuMemory(error) ? smallerMicroBatch(state.record) : null;
      if (smaller === null) throw error;
      state.update({ fittingMicroBatch: smaller });
      note(
        `The GPU's memory did not suffice for a batch: from the last checkpoint on it is computed ${smaller} examples at a time, which gives the same updates up to rounding.`,
      );
      if (error instanceof DeviceTroubleError) throw error;
    }
  }
}

/** Puts the teacher's probabilities beside the examples of the soft methods, while any of them still trains. */
async function addSoftTargets(context: StageContext, sets: Map<Method, ExampleSet>): Promise<void> {
  const { state, stores } = context;
  const isOpen = ({ method, state: own }: RunRecord): boolean =>
    METHOD_TRAITS[method].soft && own !== 'done';
  if (state.record.configuration.training.soft.lambda === 0 || !state.runs.some(isOpen)) return;
  for (const [method, { examples, elapsedMs }] of await softExamples(context, sets)) {
    const set = sets.get(method);
    if (set !== undefined) sets.set(method, { ...set, examples });
    const run = state.runs.find((candidate) => candidate.method === method);
    if (run !== undefined) state.setRun({ ...run, softTargetsMs: elapsedMs });
  }
  await stores.runs.commit(state.runs, state.record);
}

function newRun(context: StageContext, method: Method, set: ExampleSet): RunRecord {
  const { studyId, configuration } = context.state.record;
  const updates = plannedUpdates(set, configuration.training);
  const rounds = mostRounds(method, configuration);
  return {
    runId: `${studyId}-${method}-${configuration.seed}`,
    studyId,
    method,
    seed: configuration.seed,
    state: 'waiting',
    update: 0,
    totalUpdates: updates * rounds,
    ...(rounds === 1 ? {} : { rounds: [{ from: 0, updates, examples: set.examples.length }] }),
    training: [],
    validation: [],
    targetTokens: 0,
    elapsedMs: 0,
    bestUpdate: null,
    examples: set.examples.length,
    leftOut: set.leftOut,
    peakMemoryBytes: 0,
  };
}

function describeExamples(run: RunRecord, set: ExampleSet, most: number): string {
  const leftOut = Object.entries(set.leftOut).map(
    ([reason, count]) => `${count} because ${reason}`,
  );
  return (
    `Method ${run.method} trains on ${run.examples} examples for ${run.totalUpdates / most} updates${most === 1 ? '' : ` in each of at most ${most} rounds`}` +
    (leftOut.length === 0 ? '.' : `; left out: ${leftOut.join(', ')}.`)
  );
}
