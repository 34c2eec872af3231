/** Files and tensors that the weight tests share. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WeightFileError } from '../../../src/weights/weight-file-error';

/** The path of a small file under tests/fixtures/weights. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/weights/${name}`, import.meta.url));
}

const oracleFolders = ['../../fixtures/t5-tiny', '../../../../shared/oracle/t5-tiny'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const ORACLE_FILES = [
  'model.safetensors',
  'model-q8_0.gguf',
  'model-q4_0.gguf',
  'expected-q8_0.safetensors',
  'expected-q4_0.safetensors',
];

/** The folder of the reference T5 with its GGUF files, or null where it is absent. */
export const oracleFolder: string | null =
  oracleFolders.find((folder) => ORACLE_FILES.every((name) => existsSync(`${folder}/${name}`))) ??
  null;

/** The same numbers on every run, in [-1, 1). */
export function pseudoRandomFloats(length: number, seed = 1): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  let state = seed >>> 0;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[index] = state / 2 ** 31 - 1;
  }
  return values;
}

/** The bytes behind a typed array, for comparisons bit by bit. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export const TINY_CONFIG_JSON = {
  model_type: 't5',
  is_encoder_decoder: true,
  vocab_size: 40,
  d_model: 32,
  d_kv: 16,
  d_ff: 64,
  num_layers: 1,
  num_decoder_layers: 2,
  num_heads: 3,
  relative_attention_num_buckets: 8,
  relative_attention_max_distance: 20,
  layer_norm_epsilon: 1e-6,
  feed_forward_proj: 'gated-gelu',
  tie_word_embeddings: false,
  pad_token_id: 0,
  eos_token_id: 1,
  decoder_start_token_id: 0,
} as const;

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

function attention(prefix: string, model: number, inner: number): [string, number[]][] {
  return [
    [`${prefix}.q.weight`, [inner, model]],
    [`${prefix}.k.weight`, [inner, model]],
    [`${prefix}.v.weight`, [inner, model]],
    [`${prefix}.o.weight`, [model, inner]],
  ];
}

/** The tensors of a T5 of `TINY_CONFIG_JSON`, under their Hugging Face names, in the order PyTorch lists them. */
export function tinyT5Tensors(): NamedTensor[] {
  const config = TINY_CONFIG_JSON;
  const { d_model: model, d_ff: feedForward, vocab_size: vocabulary } = config;
  const inner = config.num_heads * config.d_kv;
  const shapes: [string, number[]][] = [['shared.weight', [vocabulary, model]]];
  for (const stack of ['encoder', 'decoder']) {
    const blocks = stack === 'encoder' ? config.num_layers : config.num_decoder_layers;
    for (let block = 0; block < blocks; block++) {
      const prefix = `${stack}.block.${block}.layer`;
      shapes.push(...attention(`${prefix}.0.SelfAttention`, model, inner));
      if (block === 0) {
        shapes.push([
          `${prefix}.0.SelfAttention.relative_attention_bias.weight`,
          [config.relative_attention_num_buckets, config.num_heads],
        ]);
      }
      shapes.push([`${prefix}.0.layer_norm.weight`, [model]]);
      if (stack === 'decoder') {
        shapes.push(...attention(`${prefix}.1.EncDecAttention`, model, inner));
        shapes.push([`${prefix}.1.layer_norm.weight`, [model]]);
      }
      const last = stack === 'encoder' ? 1 : 2;
      shapes.push(
        [`${prefix}.${last}.DenseReluDense.wi_0.weight`, [feedForward, model]],
        [`${prefix}.${last}.DenseReluDense.wi_1.weight`, [feedForward, model]],
        [`${prefix}.${last}.DenseReluDense.wo.weight`, [model, feedForward]],
        [`${prefix}.${last}.layer_norm.weight`, [model]],
      );
    }
    shapes.push([`${stack}.final_layer_norm.weight`, [model]]);
  }
  shapes.push(['lm_head.weight', [vocabulary, model]]);
  return shapes.map(([name, shape], index) => ({
    name,
    shape,
    data: pseudoRandomFloats(
      shape.reduce((product, dimension) => product * dimension, 1),
      index + 1,
    ),
  }));
}

/** The WeightFileError that a promise rejects with; anything else fails the test. */
export async function weightFileErrorOf(promise: Promise<unknown>): Promise<WeightFileError> {
  const outcome: unknown = await promise.then(
    () => new Error('the file was read without an error'),
    (error: unknown) => error,
  );
  if (outcome instanceof WeightFileError) return outcome;
  throw outcome;
}
