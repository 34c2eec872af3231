/** A tiny model, a handful of examples and a trainer's usual options, for the trainer's tests. */

import { Random } from '../../../src/data/random';
import type { TrainerOptions, TrainingExample } from '../../../src/distill/trainer';
import type { T5Configuration } from '../../../src/t5/configuration';
import { T5Model } from '../../../src/t5/model';

export const TINY: T5Configuration = {
  vocabularySize: 19,
  modelWidth: 12,
  keyValueWidth: 4,
  feedForwardWidth: 20,
  encoderLayers: 1,
  decoderLayers: 2,
  heads: 3,
  relativeBuckets: 8,
  relativeMaximumDistance: 16,
  layerNormEpsilon: 1e-6,
  padId: 0,
  endId: 1,
  decoderStartId: 0,
};

export const OPTIONS: TrainerOptions = {
  batchSize: 3,
  seed: 5,
  totalUpdates: 20,
  learningRate: 1e-2,
  warmupUpdates: 2,
  weightDecay: 0.01,
  clipNorm: 1,
};

export const tinyModel = (configuration = TINY): T5Model =>
  T5Model.initialize(configuration, new Random(1));

/** Seven examples of different lengths; their token weights differ where asked for. */
export function tinyExamples(weight?: (position: number) => number): TrainingExample[] {
  const random = new Random(2);
  return [5, 3, 9, 2, 7, 4, 10].map((length) => {
    const tokens = Array.from({ length }, () => random.integer(2, TINY.vocabularySize - 1));
    const target = [...tokens.reverse().slice(0, 6), TINY.endId];
    const example = { input: [...tokens, TINY.endId], target };
    return weight ? { ...example, weights: target.map((_, index) => weight(index)) } : example;
  });
}

/** The bits of every parameter, by name: equality of these is equality bit for bit. */
export async function parameterBits(model: T5Model): Promise<Map<string, Int32Array>> {
  const values = await model.read();
  return new Map(
    [...values].map(([name, { data }]) => [
      name,
      new Int32Array(data.buffer, data.byteOffset, data.length),
    ]),
  );
}
