/** One run: training from the last checkpoint to the end, with validations and checkpoints on the way. */

import type { Problem } from '../data/problem';
import { hashSeed } from '../data/random';
import { DivergenceError } from '../distill/divergence-error';
import type { ExampleSet } from '../distill/examples';
import type { TrainerOptions, UpdateMetrics } from '../distill/trainer';
import type { RunRecord, StudyRecord } from '../storage/schema';
import { curveInterval, extendCurve } from './curves';
import { microBatchOf } from './fitting-batch';
import { METHOD_TRAITS } from './methods';
import { studentAdapters, type Student, type StudyTrainer } from './models';
import { PauseRequested, type StageContext } from './stage-context';
import type { TrainingClock } from './training-clock';
import { isBetter, validate } from './validation';

export async function trainRun(
  context: StageContext,
  planned: RunRecord,
  set: ExampleSet,
  validation: readonly Problem[],
  clock: TrainingClock,
): Promise<void> {
  if (planned.totalUpdates === 0) {
    const done: RunRecord = { ...planned, state: 'done', bestUpdate: null };
    context.log(`Method ${planned.method} has no examples: its student stays untrained.`);
    await context.stores.runs.commit([done], context.state.record);
    context.state.setRun(done);
    return;
  }
  const student = await context.models.loadStudent(
    null,
    studentAdapters(context.state.record.configuration),
  );
  try {
    const options = trainerOptions(context.state.record, planned);
    const trainer = student.createTrainer(set.examples, options);
    try {
      const run = await restoreRun(context, planned, trainer);
      const { problemIds } = set;
      await new TrainingRun(context, student, trainer, validation, clock, problemIds, run).finish();
    } finally {
      trainer.dispose();
    }
  } finally {
    student.dispose();
  }
}

function trainerOptions(record: StudyRecord, { method, totalUpdates }: RunRecord): TrainerOptions {
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

/** Puts the trainer where its newest whole checkpoint is; metrics noted after it are dropped. */
async function restoreRun(
  context: StageContext,
  planned: RunRecord,
  trainer: StudyTrainer,
): Promise<RunRecord> {
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
    return { ...planned, ...fresh, state: 'running', elapsedMs: 0, peakMemoryBytes: 0 };
  }
  await trainer.restore(checkpoint.bytes);
  context.log(`Method ${planned.method} goes on from its checkpoint at update ${trainer.update}.`);
  return checkpoint.pointer.run;
}

class TrainingRun {
  readonly #context: StageContext;
  readonly #student: Student;
  readonly #trainer: StudyTrainer;
  readonly #validation: readonly Problem[];
  readonly #clock: TrainingClock;
  /** The problem of each training example. */
  readonly #problemIds: readonly string[];
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
    this.#before = run.elapsedMs;
    this.#run = run;
    if (run.update > 0) this.#saved = this.#position;
  }

  /** Trains to the end; a pause is answered by a checkpoint of exactly this state. */
  async finish(): Promise<void> {
    try {
      await this.#loop();
    } catch (error) {
      if (error instanceof PauseRequested && this.#run.update > 0) await this.#checkpoint();
      throw error;
    }
  }

  async #loop(): Promise<void> {
    const { training } = this.#context.state.record.configuration;
    for (;;) {
      const { update, totalUpdates } = this.#run;
      const last = update === totalUpdates;
      const validated = this.#run.validation.at(-1)?.update === update;
      let isBest = false;
      if (update > 0 && !validated && (last || update % training.validateEvery === 0)) {
        isBest = await this.#validate();
      }
      if (last) {
        this.#change({ state: 'done' });
        await this.#checkpoint();
        return;
      }
      if (isBest || (update > 0 && update % training.checkpointEvery === 0)) {
        await this.#checkpoint();
      }
      await this.#context.rest();
      await this.#step();
    }
  }

  async #step(): Promise<void> {
    const metrics = await this.#attemptStep();
    const { loss, targetTokens } = metrics;
    const { update } = this.#trainer;
    if (metrics.skipped) this.#noteSkipped(update, metrics);
    this.#change({
      update,
      ...(metrics.skipped ? { skipped: (this.#run.skipped ?? 0) + 1 } : {}),
      training: extendCurve(
        this.#run.training,
        update,
        loss,
        curveInterval(this.#run.totalUpdates),
      ),
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
    const { method, update, totalUpdates, training } = this.#run;
    const loss = training.at(-1)?.loss;
    state.advance('train', {
      done: this.#clock.done(state.runs),
      remainingMs: this.#clock.remainingMs(state.runs),
      detail: `${method}: update ${update} of ${totalUpdates}${loss === undefined ? '' : `, loss ${loss.toFixed(3)}`}`,
    });
  }
}
