/** Full-size T5 v1.1 checkpoints with random weights, in the formats hubs have: for tests and benchmarks without a hub. */

import { hashSeed } from '../../src/data/random';
import { parseT5Configuration } from '../../src/t5/configuration';
import { describeParameters, type ParameterDescription } from '../../src/t5/parameters';
import type { GgufTensorType } from '../../src/weights/gguf-types';
import { flanConfigJson } from '../../src/weights/hub/manifest';
import { safetensorsChunks } from '../../src/weights/safetensors-writer';
import { t5GgufChunks, t5TensorTypes } from '../../src/weights/t5-gguf-writer';

export const RANDOM_SIZES = ['tiny', 'small', 'base', 'large'] as const;
export type RandomSize = (typeof RANDOM_SIZES)[number];

export const RANDOM_FORMATS = ['q8_0', 'q4_0', 'f16', 'f32'] as const;
export type RandomFormat = (typeof RANDOM_FORMATS)[number];

/** The `config.json` of such a checkpoint: flan-t5's, or a much smaller one of the same kind. */
export function randomConfigJson(size: RandomSize): Readonly<Record<string, unknown>> {
  if (size !== 'tiny') return flanConfigJson(size);
  const shape = { d_model: 64, d_kv: 16, num_heads: 4, d_ff: 128 };
  return { ...flanConfigJson('small'), ...shape, num_layers: 2, num_decoder_layers: 2 };
}

/** The checkpoint file a part of a tensor at a time; the same size, format and seed give the same bytes. */
export function randomCheckpoint(
  size: RandomSize,
  format: RandomFormat,
  seed: number,
): Generator<Uint8Array, void, void> {
  const configJson = randomConfigJson(size);
  const tensors = describeParameters(parseT5Configuration(configJson)).map((description) => ({
    name: description.name,
    shape: description.shape,
    data: () => randomParts(description, seed),
  }));
  if (format === 'f32') return safetensorsChunks(tensors, { format: 'pt' });
  const types: Readonly<Record<typeof format, GgufTensorType>> = {
    q8_0: 'Q8_0',
    q4_0: 'Q4_0',
    f16: 'F16',
  };
  return t5GgufChunks({
    modelName: `random-t5-${size}`,
    configJson,
    tensors,
    types: t5TensorTypes(types[format]),
  });
}

/** Times the initial deviation: at once that, a random model only ever repeats its first token. */
const SPREAD = 2.5;

/** Values in a part: 4 MB of them, and whole blocks of every format. */
const PART_VALUES = 2 ** 20;

/** Uniform values of the initial deviation, from a generator that is quick enough for a billion of them. */
function* randomParts(
  { name, shape, initialDeviation }: ParameterDescription,
  seed: number,
): Generator<Float32Array> {
  const scale = (Math.sqrt(12) * SPREAD * (initialDeviation ?? 0)) / 2 ** 32;
  // Marsaglia's xorshift (2003), which must not start at zero.
  let state = hashSeed('random weights', seed, name) | 1;
  let left = shape.reduce((product, length) => product * length, 1);
  while (left > 0) {
    const values = new Float32Array(Math.min(left, PART_VALUES));
    left -= values.length;
    if (initialDeviation === null) values.fill(1);
    else {
      for (let index = 0; index < values.length; index++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        values[index] = state * scale;
      }
    }
    yield values;
  }
}
