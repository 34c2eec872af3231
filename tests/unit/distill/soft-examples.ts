/** Examples with a teacher's likeliest tokens, their loss in plain numbers, and its slope by finite differences. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../src/data/random';
import type { TrainingExample } from '../../../src/distill/trainer';
import { disposeBatch, sequenceBatch } from '../../../src/t5/batch';
import { batchLogits, batchLoss } from '../../../src/t5/loss';
import { decodeFloat16, encodeFloat16 } from '../../../src/weights/half-precision';
import { TINY, tinyExamples, tinyModel } from './training-setup';

export const SOFT = { share: 0.3, temperature: 2 };
const CANDIDATES = 4;

export const weightOf = (position: number): number => 0.5 + position / 4;

/** Examples of different token weights with a teacher's likeliest four tokens. */
export function softExamples(): TrainingExample[] {
  const random = new Random(8);
  return tinyExamples(weightOf).map((example) => {
    const ids = example.target.flatMap((token) =>
      Array.from({ length: CANDIDATES }, (_, index) => (token + 3 * index) % TINY.vocabularySize),
    );
    const logits = encodeFloat16(Float32Array.from(ids, () => -4 * random.next()));
    return {
      ...example,
      teacher: { candidates: CANDIDATES, ids: Uint16Array.from(ids), logits },
    };
  });
}

function logSoftmax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const sum = values.reduce((total, value) => total + Math.exp(value - most), 0);
  return values.map((value) => value - most - Math.log(sum));
}

/** The formula of the loss, token by token in double precision, of a fresh tiny model's logits. */
export async function lossInNumbers(examples: readonly TrainingExample[]): Promise<number> {
  const model = tinyModel();
  const batch = sequenceBatch(examples, TINY);
  const logits = await batchLogits(model, batch).array();
  const [, length] = batch.decoderIds.shape;
  const { share, temperature } = SOFT;
  let sum = 0;
  let total = 0;
  examples.forEach(({ target, weights, teacher }, row) => {
    const said = Array.from(decodeFloat16(teacher?.logits ?? new Uint16Array()));
    target.forEach((token, position) => {
      const student = logits[row * length + position] ?? [];
      const cooled = logSoftmax(student.map((value) => value / temperature));
      const from = position * CANDIDATES;
      const ids = teacher?.ids.slice(from, from + CANDIDATES) ?? [];
      const expected = logSoftmax(
        said.slice(from, from + CANDIDATES).map((value) => value / temperature),
      );
      const divergence = expected.reduce(
        (own, value, index) =>
          own + Math.exp(value) * (value - (cooled[ids[index] ?? -1] ?? Number.NaN)),
        0,
      );
      const hard = -(logSoftmax(student)[token] ?? Number.NaN);
      const weight = weights?.[position] ?? 1;
      sum += weight * ((1 - share) * hard + share * temperature ** 2 * divergence);
      total += weight;
    });
  });
  disposeBatch(batch);
  model.dispose();
  return sum / total;
}

/** The norm of the gradient of all parameters, and the slope of the loss along it by a central difference. */
export async function slopes(examples: readonly TrainingExample[]): Promise<[number, number]> {
  const model = tinyModel();
  const batch = sequenceBatch(examples, TINY);
  const parameters = [...model.parameters.values()];
  const loss = () => batchLoss(model, batch, { soft: SOFT });
  const { value, grads } = tf.variableGrads(loss, parameters);
  const squares = parameters.map(({ name }) => tf.tidy(() => tf.sum(tf.square(grads[name]!))));
  let norm = 0;
  for (const square of squares) norm += (await square.data())[0] ?? Number.NaN;
  norm = Math.sqrt(norm);
  // The third derivative adds a thousandth at 0.01, rounding as much below 0.0005.
  const distance = 4e-3;
  const lossAfter = async (moved: number): Promise<number> => {
    tf.tidy(() => {
      for (const parameter of parameters) {
        parameter.assign(tf.add(parameter, tf.mul(grads[parameter.name]!, moved / norm)));
      }
    });
    const scalar = loss();
    const [found = Number.NaN] = await scalar.data();
    scalar.dispose();
    return found;
  };
  const above = await lossAfter(distance);
  const below = await lossAfter(-2 * distance);
  tf.dispose([value, ...Object.values(grads), ...squares]);
  disposeBatch(batch);
  model.dispose();
  return [norm, (above - below) / (2 * distance)];
}
