/** One round of a run: training from the last checkpoint to its end, with validations and checkpoints on the way. */

import type { Problem } from '../data/problem';
import { hashSeed } from '../data/random';
import { DivergenceError } from '../distill/divergence-error';
import type { ExampleSet } from '../distill/examples';
import type { TrainerOptions, UpdateMetrics } from '../distill/trainer';
import type { RunRecord, StudyRecord } from '../storage/schema';
import { curveInterval, extendCurve } from './curves';
import { microBatchOf } from './fitting-batch';
import { METHOD_TRAITS, type Method } from './methods';
import { studentAdapters, type Student, type StudyTrainer } from './models';
import type { TrainingRound } from './snapshot';
import { MethodSkipped, PauseRequested, type StageContext } from './stage-context';
import type { TrainingClock } from './training-clock';
import { presentRound } from './training-round';
import { isBetter, validate } from './validation';

/** What a round trains on, from where, and whether another one may follow. */
export interface RoundPlan {
  readonly set: ExampleSet;
  /** What its trainer goes on from; null for the student as it is before any training. */
  readonly snapshot: Uint8Array | null;
  /** Asked at the round's end. */
  readonly isLast: (run: RunRecord) => boolean;
}

/**
 * Trains a run to the end of its present round, with a checkpoint of that.
 *
 * @returns the run, done where the round was its last
 */
export async function trainRound(
  context: StageContext,
  run: RunRecord,
  { set, snapshot, isLast }: RoundPlan,
  validation: readonly Problem[],
  clock: TrainingClock,
): Promise<RunRecord> {
  const { updates } = presentRound(run);
  if (updates === 0) {
    const done: RunRecord = { ...run, state: 'done', totalUpdates: run.update };
    context.log(`Method ${run.method} has no examples: its student stays untrained.`);
    await context.stores.runs.commit([done], context.state.record);
    context.state.setRun(done);
    return done;
  }
  const student = await context.models.loadStudent(
    null,
    studentAdapters(context.state.record.configuration),
  );
  try {
    const options = trainerOptions(context.state.record, run.method, updates);
    const trainer = student.createTrainer(set.examples, options);
    try {
      if (snapshot !== null) await trainer.restore(snapshot);
      const { problemIds } = set;
      const training = new TrainingRun(
        context,
        student,
        trainer,
        validation,
        clock,
        problemIds,
        run,
      );
      return await training.finish(isLast);
    } finally {
      trainer.dispose();
    }
  } finally {
    student.dispose();
  }
}

function trainerOptions(record: StudyRecord, method: Method, totalUpdates: number): TrainerOptions {
  const { configuration } = record;
  const {
    batchSize,
    recomputeActivations,
    learningRate,
    warmupShare,
    weightDecay,
    clipNorm,
    soft: { lambda, temperature },
  } = configuration.training;
  return {
    batchSize,
    microBatchSize: microBatchOf(record),
    recomputeActivations,
    // The same for every method: they see their examples in the same order where they have the same ones.
    seed: hashSeed(configuration.seed, 'training'),
    totalUpdates,
    learningRate,
    warmupUpdates: Math.round(totalUpdates * warmupShare),
    weightDecay,
    clipNorm,
    ...(METHOD_TRAITS[method].soft ? { soft: { share: lambda, temperature } } : {}),
  };
}

/** A run as its newest whole checkpoint has it, with what that holds; metrics noted after it are dropped. */
export async function newestState(
  context: StageContext,
  planned: RunRecord,
): Promise<{ run: RunRecord; snapshot: Uint8Array | null }> {
  const { checkpoint, damage } = await context.stores.checkpoints.readNewest(planned.runId);
  for (const sentence of damage) context.note(sentence);
  const found = checkpoint?.pointer.update ?? 0;
  // The run was last written together with its newest checkpoint.
  if (damage.length === 0 && found < planned.update) {
    context.note(
      `The checkpoint of ${planned.method} at update ${planned.update} is missing; the run goes on from update ${found}.`,
    );
  }
  if (checkpoint === null) {
    const fresh = { update: 0, training: [], validation: [], targetTokens: 0, bestUpdate: null };
    const run: RunRecord = {
      ...planned,
      ...fresh,
      ...(planned.rounds === undefined ? {} : { rounds: planned.rounds.slice(0, 1) }),
      state: 'running',
      elapsedMs: 0,
      peakMemoryBytes: 0,
    };
    return { run, snapshot: null };
  }
  const { run } = checkpoint.pointer;
  context.log(`Method ${planned.method} goes on from its checkpoint at update ${run.update}.`);
  return { run, snapshot: checkpoint.bytes };
}

class TrainingRun {
  readonly #context: StageContext;
  readonly #student: Student;
  readonly #trainer: StudyTrainer;
  readonly #validation: readonly Problem[];
  readonly #clock: TrainingClock;
  /** The problem of each training example. */
  readonly #problemIds: readonly string[];
  readonly #round: TrainingRound;
  readonly #before: number;
  readonly #started = performance.now();
  #run: RunRecord;
  /** The state that the newest checkpoint holds: updates and validations done. */
  #saved = '';

  constructor(
    context: StageContext,
    student: Student,
    trainer: StudyTrainer,
    validation: readonly Problem[],
    clock: TrainingClock,
    problemIds: readonly string[],
    run: RunRecord,
  ) {
    this.#context = context;
    this.#student = student;
    this.#trainer = trainer;
    this.#validation = validation;
    this.#clock = clock;
    this.#problemIds = problemIds;
    this.#round = presentRound(run);
    this.#before = run.elapsedMs;
    this.#run = run;
    if (this.#trained > 0) this.#saved = this.#position;
  }

  /**
   * Trains to the end of the round; a pause, or leaving the method out, is answered by a checkpoint of exactly this
   * state.
   *
   * @param isLast says at the round's end whether the run is done
   */
  async finish(isLast: (run: RunRecord) => boolean): Promise<RunRecord> {
    try {
      await this.#loop();
      if (isLast(this.#run)) this.#change({ state: 'done', totalUpdates: this.#run.update });
      await this.#checkpoint();
      return this.#run;
    } catch (error) {
      const isWanted = error instanceof PauseRequested || error instanceof MethodSkipped;
      if (isWanted && this.#trained > 0) await this.#checkpoint();
      throw error;
    }
  }

  async #loop(): Promise<void> {
    const { training } = this.#context.state.record.configuration;
    const { updates } = this.#round;
    for (;;) {
      const { update } = this.#run;
      const trained = this.#trained;
      const last = trained === updates;
      const validated = this.#run.validation.at(-1)?.update === update;
      let isBest = false;
      if (trained > 0 && !validated && (last || trained % training.validateEvery === 0)) {
        isBest = await this.#validate();
      }
      if (last) return;
      if (isBest || (trained > 0 && trained % training.checkpointEvery === 0)) {
        await this.#checkpoint();
      }
      await this.#context.rest();
      await this.#step();
    }
  }

  async #step(): Promise<void> {
    const started = performance.now();
    const metrics = await this.#attemptStep();
    const { loss, gradientNorm, learningRate, targetTokens } = metrics;
    const update = this.#round.from + this.#trainer.update;
    const point = {
      update,
      loss,
      learningRate,
      gradientNorm,
      tokensPerSecond: (1000 * targetTokens) / Math.max(1, performance.now() - started),
      memoryBytes: this.#context.models.memoryBytes(),
    };
    if (metrics.skipped) this.#noteSkipped(update, metrics);
    this.#change({
      update,
      ...(metrics.skipped ? { skipped: (this.#run.skipped ?? 0) + 1 } : {}),
      training: extendCurve(this.#run.training, point, curveInterval(this.#run.totalUpdates)),
      targetTokens: this.#run.targetTokens + targetTokens,
    });
    this.#show();
  }

  /** @throws Error that names the last batch when one update after the other gives nothing finite */
  async #attemptStep(): Promise<UpdateMetrics> {
    try {
      return await this.#trainer.step();
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      throw new Error(`Method ${this.#run.method}: ${error.message} ${this.#named(error.batch)}`, {
        cause: error,
      });
    }
  }

  #noteSkipped(update: number, { loss, gradientNorm, batch }: UpdateMetrics): void {
    this.#context.note(
      `Method ${this.#run.method}: update ${update} was skipped, because its loss is ${loss} and its gradient's norm ${gradientNorm}. ${this.#named(batch)}`,
    );
  }

  #named(batch: readonly number[]): string {
    const problems = batch.map((index) => this.#problemIds[index] ?? 'unknown');
    return `Its batch held the problems ${problems.join(', ')}.`;
  }

  /** Adds a validation point; true when it is the best so far. */
  async #validate(): Promise<boolean> {
    const { update, validation } = this.#run;
    const point = await validate(
      this.#context,
      this.#student,
      this.#run.method,
      update,
      this.#validation,
      this.#context.state.record.configuration,
    );
    const best = validation.find((earlier) => earlier.update === this.#run.bestUpdate);
    const better = isBetter(point, best);
    this.#change({
      validation: [...validation, point],
      ...(better ? { bestUpdate: update } : {}),
    });
    this.#show();
    return better;
  }

  async #checkpoint(): Promise<void> {
    const position = this.#position;
    if (position === this.#saved) return;
    const bytes = await this.#trainer.snapshot();
    const { state, stores } = this.#context;
    await stores.checkpoints.write(this.#run, bytes, state.record);
    this.#saved = position;
  }

  /** Updates of this round. */
  get #trained(): number {
    return this.#run.update - this.#round.from;
  }

  get #position(): string {
    return `${this.#run.state} ${this.#run.update} ${this.#run.validation.length}`;
  }

  #change(patch: Partial<RunRecord>): void {
    this.#run = {
      ...this.#run,
      ...patch,
      elapsedMs: this.#before + performance.now() - this.#started,
      peakMemoryBytes: Math.max(this.#run.peakMemoryBytes, this.#context.models.memoryBytes()),
    };
    this.#context.state.setRun(this.#run);
  }

  #show(): void {
    const { state } = this.#context;
    const { method, rounds, training } = this.#run;
    const round = rounds === undefined ? '' : `, round ${rounds.length}`;
    const loss = training.at(-1)?.loss;
    state.advance('train', {
      ...this.#clock.progress(state.comparedRuns),
      detail: `${method}${round}: update ${this.#trained} of ${this.#round.updates}${loss === undefined ? '' : `, loss ${loss.toFixed(3)}`}`,
    });
  }
}
