/** Trains a student on examples: batches, loss, gradients, clipping, schedule and optimizer, one update at a time. */

import * as tf from '@tensorflow/tfjs-core';
import { DeviceQueue } from '../tensor/device-queue';
import { assertDeviceSound } from '../tensor/device-trouble';
import { addInto } from '../tensor/accumulate';
import { RepeatedComputation } from '../tensor/repeated-computation';
import {
  batchTensors,
  disposeBatch,
  sequenceBatch,
  totalWeight,
  withShares,
  type SequenceBatch,
  type SequencePair,
} from '../t5/batch';
import { batchLoss } from '../t5/loss';
import type { T5Model } from '../t5/model';
import type { SoftLoss } from '../t5/soft-targets';
import { BatchOrder } from './batch-order';
import { DivergenceError } from './divergence-error';
import { createAdamW } from './optimizers/adamw';
import type { Optimizer, UpdateOutcome } from './optimizers/optimizer';
import { scheduledLearningRate } from './schedule';
import { decodeTrainingState, encodeTrainingState } from './training-state';

export type TrainingExample = SequencePair;

export interface TrainerOptions {
  readonly batchSize: number;
  /** Examples computed at a time: less memory for the same update. The whole batch when absent. */
  readonly microBatchSize?: number | undefined;
  /** Whether the backward pass computes every block again: less memory, a third more time. */
  readonly recomputeActivations?: boolean | undefined;
  /** Fixes the order of the examples. */
  readonly seed: number;
  /** The schedule's length; further updates run at its final learning rate. */
  readonly totalUpdates: number;
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly warmupUpdates: number;
  /** Decoupled weight decay of matrices; norms and position biases never decay. */
  readonly weightDecay: number;
  /** Largest global norm of the gradients. */
  readonly clipNorm: number;
  /** The teacher's part in the loss, whose soft targets every example then has; labels alone when absent. */
  readonly soft?: SoftLoss | undefined;
}

/** The loss is the weighted mean over the target tokens, in nats. */
export interface UpdateMetrics extends UpdateOutcome {
  readonly targetTokens: number;
  readonly learningRate: number;
  /** Positions of the batch among the examples. */
  readonly batch: readonly number[];
}

/** After this many updates in a row without a finite gradient, training stops. */
const MOST_SKIPPED_IN_A_ROW = 5;

interface LossAndGradients {
  readonly loss: tf.Tensor;
  readonly gradients: ReadonlyMap<string, tf.Tensor>;
  readonly targetTokens: number;
}

export class Trainer {
  private readonly model: T5Model;
  private readonly examples: readonly TrainingExample[];
  private readonly options: TrainerOptions;
  private readonly optimizer: Optimizer;
  private readonly order: BatchOrder;
  private readonly repeated = new RepeatedComputation();
  /** Updates done. */
  private updatesDone = 0;
  /** Updates whose parameters changed: what the optimizer counts. */
  private updatesApplied = 0;
  private skippedInARow = 0;

  /** The trainer changes what of the model is trained in place and never disposes of the model. */
  constructor(model: T5Model, examples: readonly TrainingExample[], options: TrainerOptions) {
    this.model = model;
    this.examples = examples;
    this.options = options;
    const lengths = examples.map(({ input, target }) => input.length + target.length);
    this.order = new BatchOrder(lengths, options.batchSize, options.seed);
    this.optimizer = createAdamW(model.trained, {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: options.weightDecay,
      decays: (name) => !name.includes('layer_norm') && !name.includes('relative_attention_bias'),
    });
  }

  get update(): number {
    return this.updatesDone;
  }

  /**
   * One update of all parameters, or of all adapters.
   *
   * @throws DivergenceError when loss or gradients were not finite several times in a row
   * @throws DeviceTroubleError when the GPU is in trouble; after both, a snapshot taken before still holds
   */
  async step(): Promise<UpdateMetrics> {
    const batch = this.order.batch(this.updatesDone);
    const pairs = batch.flatMap((index) => this.examples[index] ?? []);
    const { loss, gradients, targetTokens } = await this.gradients(pairs);
    try {
      const learningRate = this.nextLearningRate();
      const outcome = await this.optimizer.step(gradients, loss, {
        update: this.updatesApplied + 1,
        learningRate,
        clipNorm: this.options.clipNorm,
      });
      assertDeviceSound();
      this.count(outcome, batch);
      return { ...outcome, targetTokens, learningRate, batch };
    } finally {
      loss.dispose();
      for (const gradient of gradients.values()) gradient.dispose();
    }
  }

  /** Everything a resumption needs, as one safetensors file: it continues bit for bit on the same device. */
  async snapshot(): Promise<Uint8Array> {
    const { updatesDone, updatesApplied, skippedInARow } = this;
    const counters = { updatesDone, updatesApplied, skippedInARow };
    const bytes = await encodeTrainingState(this.model, this.optimizer, counters);
    assertDeviceSound();
    return bytes;
  }

  /**
   * Goes back to a snapshot of the same model and options.
   *
   * @throws Error when the snapshot is damaged or belongs to another model; nothing is changed then
   */
  async restore(bytes: Uint8Array): Promise<void> {
    const counters = await decodeTrainingState(bytes, this.model, this.optimizer);
    this.updatesDone = counters.updatesDone;
    this.updatesApplied = counters.updatesApplied;
    this.skippedInARow = counters.skippedInARow;
  }

  dispose(): void {
    this.repeated.dispose();
    this.optimizer.dispose();
  }

  /** Loss and gradients of one batch, its micro-batches added up; the caller disposes of them. */
  private async gradients(pairs: readonly TrainingExample[]): Promise<LossAndGradients> {
    const size = this.options.microBatchSize ?? pairs.length;
    if (size >= pairs.length) return this.gradientsOf(pairs);
    const weight = totalWeight(pairs);
    const queue = new DeviceQueue();
    let sum = this.gradientsOf(pairs.slice(0, size), weight);
    for (let start = size; start < pairs.length; start += size) {
      await queue.hold();
      sum = added(sum, this.gradientsOf(pairs.slice(start, start + size), weight));
    }
    return sum;
  }

  /** @param weight of the whole batch, where the pairs are a part of it */
  private gradientsOf(pairs: readonly TrainingExample[], weight?: number): LossAndGradients {
    const batch = sequenceBatch(
      weight === undefined ? pairs : withShares(pairs, weight),
      this.model.configuration,
    );
    try {
      const { trained } = this.model;
      const inputs = [...batchTensors(batch), ...trained.values()];
      const [variant, totalWeight] = weight === undefined ? ['whole'] : ['part', 1];
      const [loss, ...computed] = this.repeated.run(variant, inputs, () =>
        this.recordGradients(batch, totalWeight),
      );
      if (loss === undefined) throw new Error('Training: expected a loss.');
      const gradients = new Map<string, tf.Tensor>();
      [...trained.keys()].forEach((name, index) => {
        const gradient = computed[index];
        if (gradient) gradients.set(name, gradient);
      });
      return { loss, gradients, targetTokens: batch.targetTokens };
    } finally {
      disposeBatch(batch);
    }
  }

  /** The loss, and the gradient of everything trained, in order. */
  private recordGradients(batch: SequenceBatch, totalWeight?: number): tf.Tensor[] {
    const { soft, recomputeActivations: recomputes } = this.options;
    const parameters = [...this.model.trained];
    const { value, grads } = tf.variableGrads(
      () => batchLoss(this.model, batch, { totalWeight, soft, recomputes }),
      parameters.map(([, parameter]) => parameter),
    );
    const gradients = parameters.map(([name, parameter]) => {
      const gradient = grads[parameter.name];
      if (!gradient) throw new Error(`Training: expected a gradient of "${name}", found none.`);
      return gradient;
    });
    return [value, ...gradients];
  }

  private nextLearningRate(): number {
    const { learningRate: peak, warmupUpdates, totalUpdates } = this.options;
    return scheduledLearningRate(this.updatesDone + 1, { peak, warmupUpdates, totalUpdates });
  }

  private count({ loss, gradientNorm, skipped }: UpdateOutcome, batch: readonly number[]): void {
    this.updatesDone += 1;
    if (!skipped) {
      this.skippedInARow = 0;
      this.updatesApplied += 1;
      return;
    }
    this.skippedInARow += 1;
    if (this.skippedInARow < MOST_SKIPPED_IN_A_ROW) return;
    throw new DivergenceError(
      `Training: expected a finite loss and gradient, found loss ${loss} and gradient norm ${gradientNorm} in ${this.skippedInARow} updates in a row (the last was update ${this.updatesDone}). Lower the learning rate and resume from an earlier checkpoint.`,
      batch,
    );
  }
}

/** The sum of both, which are used up. */
function added(sum: LossAndGradients, next: LossAndGradients): LossAndGradients {
  const addends = [...sum.gradients.keys()].flatMap((name) => next.gradients.get(name) ?? []);
  const [loss, ...sums] = addInto([sum.loss, ...sum.gradients.values()], [next.loss, ...addends]);
  tf.dispose([next.loss, ...next.gradients.values()]);
  const gradients = new Map<string, tf.Tensor>();
  [...sum.gradients.keys()].forEach((name, index) => {
    const gradient = sums[index];
    if (gradient) gradients.set(name, gradient);
  });
  return {
    loss: loss ?? sum.loss,
    gradients,
    targetTokens: sum.targetTokens + next.targetTokens,
  };
}
