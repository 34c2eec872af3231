/** Gradients of the losses, for every parameter, against PyTorch's. */

import * as tf from '@tensorflow/tfjs-core';
import { parseT5Configuration } from '../../src/t5/configuration';
import { decode, languageModelHead } from '../../src/t5/decoder';
import { encode } from '../../src/t5/encoder';
import { distillationLoss, weightedCrossEntropy } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { languageModelLoss } from '../../src/tensor/language-model-loss';
import { relativeError, type Comparison } from './comparison';
import type { ParityExtent } from './model-parity';
import type { OracleFolder } from './oracle-folder';
import { SequenceRows } from './sequence-rows';

/** Largest error of a gradient, relative to that parameter's largest gradient. */
export const GRADIENT_TOLERANCE = 1e-3;

type BatchTensors = ReturnType<SequenceRows['tensors']>;
/** A loss from decoder states `[rows, model]`. */
type Loss = (states: tf.Tensor, model: T5Model, batch: BatchTensors) => tf.Scalar;

/** The oracle's files of gradients, and how often each counts in the gradient that is expected. */
type Expected = Readonly<Record<string, number>>;

/** The teacher's share where its divergence and the cross-entropy are added up, as a study does unless told otherwise. */
const SHARE = 0.3;

/** A loss from logits `[rows, vocabulary]`. */
const ofLogits =
  (loss: (logits: tf.Tensor, batch: BatchTensors) => tf.Scalar): Loss =>
  (states, model, batch) =>
    loss(languageModelHead(model, states), batch);

/** The weighted cross-entropy as the trainer computes it: never with all logits at once. */
export const trainedLoss =
  (weights: 'ones' | 'weights'): Loss =>
  (states, model, batch) =>
    languageModelLoss(states, model.parameter('lm_head.weight'), {
      labels: batch.labels,
      weights: batch[weights],
    });

/** Distillation as the trainer computes it, of a teacher that says something of every token. */
const trainedDistillation =
  (temperature: number, share: number): Loss =>
  (states, model, { labels, ones, teacherLogits }) => {
    const [rows, vocabulary] = teacherLogits.shape;
    const ids = tf.tile(tf.reshape(tf.range(0, vocabulary, 1, 'int32'), [1, -1]), [rows, 1]);
    return languageModelLoss(states, model.parameter('lm_head.weight'), {
      labels,
      weights: ones,
      teacher: { ids, logits: teacherLogits, temperature, share },
    });
  };

/** Gradients of a loss by parameter name, with the loss itself; the caller disposes of the tensors. */
export function gradientsOf(
  model: T5Model,
  batch: BatchTensors,
  loss: Loss,
): { loss: tf.Scalar; gradients: Map<string, tf.Tensor> } {
  const { value, grads } = tf.variableGrads(() => {
    const states = encode(model, batch.ids, batch.mask);
    const decoded = decode(model, batch.decoderIds, states, batch.mask);
    return loss(tf.reshape(decoded, [-1, model.configuration.modelWidth]), model, batch);
  }, [...model.parameters.values()]);
  const gradients = new Map<string, tf.Tensor>();
  for (const [name, parameter] of model.parameters) {
    const gradient = grads[parameter.name];
    if (gradient) gradients.set(name, gradient);
  }
  return { loss: value, gradients };
}

/** Reads the expected gradient of a parameter: that of one file, or the sum of several. */
async function expectedGradients(
  folder: OracleFolder,
  expected: Expected,
): Promise<(name: string) => Promise<Float64Array>> {
  const parts = await Promise.all(
    Object.entries(expected).map(async ([file, factor]) => ({
      file: await folder.tensors(`${file}.safetensors`),
      factor,
    })),
  );
  return async (name) => {
    const sums: number[] = [];
    for (const { file, factor } of parts) {
      const values = await file.readTensor(name);
      values.forEach((value, index) => (sums[index] = (sums[index] ?? 0) + factor * value));
    }
    return Float64Array.from(sums);
  };
}

export async function gradientParity(
  folder: OracleFolder,
  extent: ParityExtent,
): Promise<Comparison[]> {
  const checkpoint = await folder.checkpoint('model.safetensors');
  const configuration = parseT5Configuration(checkpoint.configJson);
  const model = await T5Model.load(configuration, checkpoint);
  const { kd_temperature: temperature } = await folder.summary();
  const rows = await SequenceRows.read(await folder.tensors('forward.safetensors'), configuration);
  const batch = rows.tensors();
  const composed: readonly (readonly [string, Expected, Loss])[] = [
    [
      'cross-entropy',
      { grads_ce: 1 },
      ofLogits((logits, { labels, ones }) => weightedCrossEntropy(logits, labels, ones)),
    ],
    [
      'weighted cross-entropy',
      { grads_weighted_ce: 1 },
      ofLogits((logits, { labels, weights }) => weightedCrossEntropy(logits, labels, weights)),
    ],
    [
      'distillation',
      { grads_kd: 1 },
      ofLogits((logits, { labels, ones, teacherLogits }) =>
        distillationLoss(logits, teacherLogits, labels, ones, temperature),
      ),
    ],
  ];
  const trained: readonly (readonly [string, Expected, Loss])[] = [
    ['weighted cross-entropy as trained', { grads_weighted_ce: 1 }, trainedLoss('weights')],
    ['distillation as trained', { grads_kd: 1 }, trainedDistillation(temperature, 1)],
    [
      'soft loss as trained',
      { grads_ce: 1 - SHARE, grads_kd: SHARE },
      trainedDistillation(temperature, SHARE),
    ],
  ];
  const results: Comparison[] = [];
  for (const [title, files, loss] of extent === 'whole' ? [...composed, ...trained] : trained) {
    const expected = await expectedGradients(folder, files);
    const { loss: value, gradients } = gradientsOf(model, batch, loss);
    let error = 0;
    for (const name of model.parameters.keys()) {
      const actual = (await gradients.get(name)?.data()) ?? [];
      error = Math.max(error, relativeError(actual, await expected(name)));
    }
    results.push({
      name: `gradients of ${title} (worst of ${model.parameters.size} parameters)`,
      error,
      tolerance: GRADIENT_TOLERANCE,
    });
    value.dispose();
    tf.dispose([...gradients.values()]);
  }
  tf.dispose(Object.values(batch));
  model.dispose();
  return results;
}
