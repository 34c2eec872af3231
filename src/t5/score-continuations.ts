/** Scores what follows given decoder prefixes: many rows an input, which goes through the encoder once a batch. */

import * as tf from '@tensorflow/tfjs-core';
import { assertDeviceSound } from '../tensor/device-trouble';
import { languageModelScores } from '../tensor/language-model-scores';
import { bucketLength, encoderBatch } from './batch';
import { decode } from './decoder';
import { encode } from './encoder';
import type { T5Model } from './model';

/** What the decoder is made to write, and what is asked about; neither has the start token. */
export interface Continuation {
  readonly prefix: readonly number[];
  /** Not empty; ends with the end token where the whole text is meant. */
  readonly target: readonly number[];
}

export interface ContinuedInput {
  readonly input: readonly number[];
  readonly continuations: readonly Continuation[];
}

interface Row extends Continuation {
  readonly input: readonly number[];
  /** Which of the inputs, and which of its continuations. */
  readonly place: readonly [number, number];
}

/**
 * The natural logarithm of each target's probability given its input and prefix, a list an input, in the order given.
 * Only the states at target positions meet the language model head. Inputs are batched by the length of their longest
 * row, and the rows of one input stand together, so that little is padded and encoded twice.
 *
 * @param batchSize most decoder rows at a time; an input whose rows fall into two batches is encoded in both
 */
export async function scoreContinuations(
  model: T5Model,
  inputs: readonly ContinuedInput[],
  batchSize: number,
): Promise<number[][]> {
  const scores = inputs.map(({ continuations }) => new Array<number>(continuations.length));
  const rows = inputs
    .map(({ input, continuations }, index) => ({
      longest: Math.max(0, ...continuations.map(rowLength)),
      rows: continuations.map((continuation, own): Row => ({
        ...continuation,
        input,
        place: [index, own],
      })),
    }))
    .sort((first, second) => first.longest - second.longest)
    .flatMap((each) => each.rows);
  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = rows.slice(start, start + batchSize);
    const values = await scoreRows(model, batch);
    batch.forEach(({ place: [index, own] }, row) => {
      const ofInput = scores[index];
      if (ofInput !== undefined) ofInput[own] = values[row] ?? Number.NaN;
    });
  }
  return scores;
}

const rowLength = ({ prefix, target }: Continuation): number => prefix.length + target.length;

async function scoreRows(model: T5Model, rows: readonly Row[]): Promise<number[]> {
  const losses = tf.tidy(() => targetLosses(model, rows));
  const values = await losses.data();
  losses.dispose();
  assertDeviceSound();
  let next = 0;
  return rows.map(({ target }) => {
    let logProbability = 0;
    for (const end = next + target.length; next < end; next += 1)
      logProbability -= values[next] ?? Number.NaN;
    return logProbability;
  });
}

/** Losses of the target tokens of all rows, one row after the other, `[targetTokens]`. */
function targetLosses(model: T5Model, rows: readonly Row[]): tf.Tensor {
  const { configuration } = model;
  const inputs = [...new Set(rows.map(({ input }) => input))];
  const length = bucketLength(Math.max(...rows.map(rowLength)));
  const decoderIds = new Int32Array(rows.length * length).fill(configuration.padId);
  const positions: number[] = [];
  const labels: number[] = [];
  rows.forEach(({ prefix, target }, row) => {
    const start = row * length;
    decoderIds.set([configuration.decoderStartId, ...prefix, ...target.slice(0, -1)], start);
    target.forEach((label, place) => {
      positions.push(start + prefix.length + place);
      labels.push(label);
    });
  });
  const { ids, mask } = encoderBatch(inputs, configuration);
  const inputOfRow = tf.tensor1d(
    rows.map(({ input }) => inputs.indexOf(input)),
    'int32',
  );
  const states = tf.gather(encode(model, ids, mask), inputOfRow);
  const rowMask = tf.gather(mask, inputOfRow);
  const decoderInputs = tf.tensor2d(decoderIds, [rows.length, length], 'int32');
  const decoded = decode(model, decoderInputs, states, rowMask);
  const asked = tf.gather(
    tf.reshape(decoded, [-1, configuration.modelWidth]),
    tf.tensor1d(positions, 'int32'),
  );
  const head = model.matrix('lm_head.weight');
  return languageModelScores(asked, head, tf.tensor1d(labels, 'int32')).losses;
}
