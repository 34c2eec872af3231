/** A model in training on one backend, ours or stock tfjs's, as benchmarks run it step by step. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/data/random';
import { AdamW, createAdamW } from '../../src/distill/optimizers/adamw';
import type { Optimizer } from '../../src/distill/optimizers/optimizer';
import {
  disposeBatch,
  sequenceBatch,
  type SequenceBatch,
  type SequencePair,
} from '../../src/t5/batch';
import type { T5Configuration } from '../../src/t5/configuration';
import { batchLogits, batchLoss, weightedCrossEntropy } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { describeParameters, initialValues } from '../../src/t5/parameters';
import { STOCK, useBackend } from './stock-backend';

export interface TrainingShape {
  readonly configuration: T5Configuration;
  readonly batch: number;
  readonly inputTokens: number;
  readonly targetTokens: number;
}

const LEARNING = { learningRate: 1e-4, clipNorm: 1 };
const ADAMW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

export class Training {
  readonly #backend: string;
  readonly #model: T5Model;
  readonly #optimizer: Optimizer;
  readonly #batch: SequenceBatch;
  #update = 0;

  private constructor(backend: string, model: T5Model, optimizer: Optimizer, batch: SequenceBatch) {
    this.#backend = backend;
    this.#model = model;
    this.#optimizer = optimizer;
    this.#batch = batch;
  }

  static async start(
    backend: string,
    shape: TrainingShape,
    values: 'random' | 'zero',
  ): Promise<Training> {
    await useBackend(backend);
    const { configuration } = shape;
    const random = new Random(1);
    const described = new Map(
      describeParameters(configuration).map((description) => [description.name, description]),
    );
    const model = await T5Model.load(configuration, {
      readTensor: async (name) => {
        const description = described.get(name);
        if (!description) throw new Error(`Expected a parameter "${name}", found none.`);
        if (values === 'random') return initialValues(description, random);
        return new Float32Array(tf.util.sizeFromShape([...description.shape]));
      },
    });
    const optimizer =
      backend === STOCK ? new AdamW(model.parameters, ADAMW) : createAdamW(model.parameters, ADAMW);
    return new Training(backend, model, optimizer, sequenceBatch(pairsOf(shape), configuration));
  }

  /**
   * One step, the way the trainer does it; on stock tfjs with all logits at once.
   *
   * @param recomputes whether blocks are computed again in the backward pass, for less memory; ours only
   */
  async step(recomputes = false): Promise<number> {
    await useBackend(this.#backend);
    const { labels, weights } = this.#batch;
    const { value, grads } = tf.variableGrads(
      () =>
        this.#backend === STOCK
          ? tf.tidy(() =>
              weightedCrossEntropy(batchLogits(this.#model, this.#batch), labels, weights),
            )
          : batchLoss(this.#model, this.#batch, { recomputes }),
      [...this.#model.parameters.values()],
    );
    const gradients = new Map<string, tf.Tensor>();
    for (const [name, { name: own }] of this.#model.parameters) {
      const gradient = grads[own];
      if (gradient) gradients.set(name, gradient);
    }
    this.#update += 1;
    const settings = { ...LEARNING, update: this.#update };
    const { loss } = await this.#optimizer.step(gradients, value, settings);
    tf.dispose([value, ...gradients.values()]);
    return loss;
  }

  async dispose(): Promise<void> {
    await useBackend(this.#backend);
    this.#optimizer.dispose();
    this.#model.dispose();
    disposeBatch(this.#batch);
  }
}

function pairsOf({
  configuration,
  batch,
  inputTokens,
  targetTokens,
}: TrainingShape): SequencePair[] {
  const random = new Random(2);
  const tokens = (count: number): number[] =>
    Array.from({ length: count }, () => random.integer(2, configuration.vocabularySize - 1));
  return Array.from({ length: batch }, () => ({
    input: tokens(inputTokens),
    target: tokens(targetTokens),
  }));
}
