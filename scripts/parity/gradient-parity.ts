/** Gradients of the three losses, for every parameter, against PyTorch's. */

import * as tf from '@tensorflow/tfjs-core';
import { parseT5Configuration } from '../../src/t5/configuration';
import { decode, languageModelHead } from '../../src/t5/decoder';
import { encode } from '../../src/t5/encoder';
import { distillationLoss, weightedCrossEntropy } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { relativeError, type Comparison } from './comparison';
import type { OracleFolder } from './oracle-folder';
import { SequenceRows } from './sequence-rows';

/** Largest error of a gradient, relative to that parameter's largest gradient. */
export const GRADIENT_TOLERANCE = 1e-3;

type BatchTensors = ReturnType<SequenceRows['tensors']>;
type Loss = (logits: tf.Tensor, batch: BatchTensors) => tf.Scalar;

/** Gradients of a loss by parameter name, with the loss itself; the caller disposes of the tensors. */
export function gradientsOf(
  model: T5Model,
  batch: BatchTensors,
  loss: Loss,
): { loss: tf.Scalar; gradients: Map<string, tf.Tensor> } {
  const { value, grads } = tf.variableGrads(() => {
    const states = encode(model, batch.ids, batch.mask);
    const decoded = decode(model, batch.decoderIds, states, batch.mask);
    const logits = languageModelHead(model, decoded);
    return loss(tf.reshape(logits, [-1, model.configuration.vocabularySize]), batch);
  }, [...model.parameters.values()]);
  const gradients = new Map<string, tf.Tensor>();
  for (const [name, parameter] of model.parameters) {
    const gradient = grads[parameter.name];
    if (gradient) gradients.set(name, gradient);
  }
  return { loss: value, gradients };
}

export async function gradientParity(folder: OracleFolder): Promise<Comparison[]> {
  const checkpoint = await folder.checkpoint('model.safetensors');
  const configuration = parseT5Configuration(checkpoint.configJson);
  const model = await T5Model.load(configuration, checkpoint);
  const { kd_temperature: temperature } = await folder.summary();
  const rows = await SequenceRows.read(await folder.tensors('forward.safetensors'), configuration);
  const batch = rows.tensors();
  const losses: readonly (readonly [string, string, Loss])[] = [
    [
      'cross-entropy',
      'grads_ce',
      (logits, { labels, ones }) => weightedCrossEntropy(logits, labels, ones),
    ],
    [
      'weighted cross-entropy',
      'grads_weighted_ce',
      (logits, { labels, weights }) => weightedCrossEntropy(logits, labels, weights),
    ],
    [
      'distillation',
      'grads_kd',
      (logits, { labels, ones, teacherLogits }) =>
        distillationLoss(logits, teacherLogits, labels, ones, temperature),
    ],
  ];
  const results: Comparison[] = [];
  for (const [title, file, loss] of losses) {
    const expected = await folder.tensors(`${file}.safetensors`);
    const { loss: value, gradients } = gradientsOf(model, batch, loss);
    let error = 0;
    for (const name of model.parameters.keys()) {
      const actual = (await gradients.get(name)?.data()) ?? [];
      error = Math.max(error, relativeError(actual, await expected.readTensor(name)));
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
