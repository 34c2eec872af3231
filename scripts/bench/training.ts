/** A model in training on one backend, ours or stock tfjs's, as benchmarks run it step by step. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/data/random';
import { AdamW, createAdamW } from '../../src/distill/optimizers/adamw';
import type { Optimizer } from '../../src/distill/optimizers/optimizer';
import {
  batchTensors,
  disposeBatch,
  sequenceBatch,
  type SequenceBatch,
  type SequencePair,
} from '../../src/t5/batch';
import type { T5Configuration } from '../../src/t5/configuration';
import { batchLogits, batchLoss, weightedCrossEntropy } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { describeParameters, initialValues } from '../../src/t5/parameters';
import { RepeatedComputation } from '../../src/tensor/repeated-computation';
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
  readonly #repeated = new RepeatedComputation();
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
   * @param replays whether its commands may be those of an earlier step, as in the trainer; ours only
   */
  async step({ recomputes = false, replays = false } = {}): Promise<number> {
    await useBackend(this.#backend);
    const parameters = this.#model.parameters;
    const compute = () => this.#recordGradients(recomputes);
    const inputs = [...batchTensors(this.#batch), ...parameters.values()];
    const [value, ...computed] = replays ? this.#repeated.run('', inputs, compute) : compute();
    if (value === undefined) throw new Error('Expected a loss.');
    const gradients = new Map<string, tf.Tensor>();
    [...parameters.keys()].forEach((name, index) => {
      const gradient = computed[index];
      if (gradient) gradients.set(name, gradient);
    });
    this.#update += 1;
    const settings = { ...LEARNING, update: this.#update };
    const { loss } = await this.#optimizer.step(gradients, value, settings);
    tf.dispose([value, ...gradients.values()]);
    return loss;
  }

  /** The loss, and the gradient of every parameter in order. */
  #recordGradients(recomputes: boolean): tf.Tensor[] {
    const { labels, weights } = this.#batch;
    const parameters = [...this.#model.parameters.values()];
    const { value, grads } = tf.variableGrads(
      () =>
        this.#backend === STOCK
          ? tf.tidy(() =>
              weightedCrossEntropy(batchLogits(this.#model, this.#batch), labels, weights),
            )
          : batchLoss(this.#model, this.#batch, { recomputes }),
      parameters,
    );
    return [value, ...parameters.flatMap(({ name }) => grads[name] ?? [])];
  }

  async dispose(): Promise<void> {
    await useBackend(this.#backend);
    this.#repeated.dispose();
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
