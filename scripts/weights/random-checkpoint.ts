/** Full-size T5 v1.1 checkpoints with random weights, in the formats hubs have: for tests and benchmarks without a hub. */

import { hashSeed } from '../../src/data/random';
import { parseT5Configuration } from '../../src/t5/configuration';
import { describeParameters, type ParameterDescription } from '../../src/t5/parameters';
import type { GgufTensorType } from '../../src/weights/gguf-types';
import { safetensorsChunks } from '../../src/weights/safetensors-writer';
import { t5GgufChunks, t5TensorTypes } from '../../src/weights/t5-gguf-writer';

export const RANDOM_SIZES = ['tiny', 'small', 'base', 'large'] as const;
export type RandomSize = (typeof RANDOM_SIZES)[number];

export const RANDOM_FORMATS = ['q8_0', 'q4_0', 'f16', 'f32'] as const;
export type RandomFormat = (typeof RANDOM_FORMATS)[number];

/** Width, size of a head, heads, feed-forward width and layers of each stack; flan-t5's but for `tiny`. */
const SHAPES: Readonly<Record<RandomSize, readonly [number, number, number, number, number]>> = {
  tiny: [64, 16, 4, 128, 2],
  small: [512, 64, 6, 1024, 8],
  base: [768, 64, 12, 2048, 12],
  large: [1024, 64, 16, 2816, 24],
};

/** The `config.json` of such a checkpoint, as flan-t5's repositories have it. */
export function randomConfigJson(size: RandomSize): Readonly<Record<string, unknown>> {
  const [width, headSize, heads, feedForward, layers] = SHAPES[size];
  return {
    architectures: ['T5ForConditionalGeneration'],
    model_type: 't5',
    d_model: width,
    d_kv: headSize,
    num_heads: heads,
    d_ff: feedForward,
    num_layers: layers,
    num_decoder_layers: layers,
    vocab_size: 32_128,
    relative_attention_num_buckets: 32,
    relative_attention_max_distance: 128,
    layer_norm_epsilon: 1e-6,
    feed_forward_proj: 'gated-gelu',
    tie_word_embeddings: false,
    pad_token_id: 0,
    eos_token_id: 1,
    decoder_start_token_id: 0,
  };
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
