/** Small T5s with random parameters, in shapes that the oracle does not have. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../src/data/random';
import type { T5Configuration } from '../../../src/t5/configuration';
import { decode, languageModelHead } from '../../../src/t5/decoder';
import { encode } from '../../../src/t5/encoder';
import { T5Model } from '../../../src/t5/model';

const COMMON = {
  relativeBuckets: 8,
  relativeMaximumDistance: 20,
  layerNormEpsilon: 1e-6,
  padId: 0,
  endId: 1,
  decoderStartId: 0,
};

/** So few tokens that the end token comes up at every length. */
export const DEEP_DECODER: T5Configuration = {
  ...COMMON,
  vocabularySize: 11,
  modelWidth: 13,
  keyValueWidth: 5,
  feedForwardWidth: 19,
  encoderLayers: 1,
  decoderLayers: 3,
  heads: 3,
};

export const ONE_HEAD: T5Configuration = {
  ...COMMON,
  vocabularySize: 17,
  modelWidth: 10,
  keyValueWidth: 7,
  feedForwardWidth: 9,
  encoderLayers: 3,
  decoderLayers: 1,
  heads: 1,
};

/** Inner size of attention (24) larger than the model, position buckets of its own. */
export const WIDE_HEADS: T5Configuration = {
  ...COMMON,
  vocabularySize: 23,
  modelWidth: 7,
  keyValueWidth: 6,
  feedForwardWidth: 33,
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 4,
  relativeBuckets: 12,
  relativeMaximumDistance: 9,
};

export const randomModel = (configuration: T5Configuration, seed: number): T5Model =>
  T5Model.initialize(configuration, new Random(seed));

/** Random token lists of the given lengths, each ending with the end token. */
export function randomInputs(
  { vocabularySize, endId }: T5Configuration,
  lengths: readonly number[],
  seed: number,
): number[][] {
  const random = new Random(seed);
  return lengths.map((length) => [
    ...Array.from({ length: length - 1 }, () => random.integer(2, vocabularySize - 1)),
    endId,
  ]);
}

/**
 * Greedy decoding of one input without cache, padding or batch: the whole prefix again for every token.
 *
 * @param given tokens to begin with, which count among the most and are not returned
 */
export async function greedyWithoutCache(
  model: T5Model,
  input: readonly number[],
  maximumTokens: number,
  given: readonly number[] = [],
): Promise<number[]> {
  const { decoderStartId, endId, vocabularySize } = model.configuration;
  const states = encode(model, tf.tensor2d([[...input]], [1, input.length], 'int32'), null);
  const prefix = [decoderStartId, ...given];
  while (prefix.length <= maximumTokens) {
    const best = tf.tidy(() => {
      const ids = tf.tensor2d([prefix], [1, prefix.length], 'int32');
      const logits = languageModelHead(model, decode(model, ids, states, null));
      return tf.argMax(tf.reshape(logits, [prefix.length, vocabularySize]), -1);
    });
    const token = (await best.data()).at(-1) ?? endId;
    best.dispose();
    if (token === endId) break;
    prefix.push(token);
  }
  states.dispose();
  return prefix.slice(1 + given.length);
}
