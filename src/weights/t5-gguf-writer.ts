/** Writes a T5 v1.1 as GGUF with llama.cpp's tensor names and metadata. */

import * as v from 'valibot';
import type { GgufTensorType, GgufValue } from './gguf-types';
import { encodeGguf, ggufChunks, ggufStream } from './gguf-writer';
import { BLOCK_ELEMENTS } from './quantization';
import { DISTANCE_KEY, TOKEN_KEYS } from './t5-metadata-keys';
import { ggufT5Name } from './t5-names';
import { elementCount } from './tensor-entry';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31));
const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));

/** The fields of a Hugging Face config.json that GGUF has a place for, with Hugging Face's defaults. */
const T5ConfigJson = v.object({
  d_model: count,
  d_kv: count,
  d_ff: count,
  num_layers: count,
  num_decoder_layers: v.optional(count),
  num_heads: count,
  relative_attention_num_buckets: v.optional(count, 32),
  relative_attention_max_distance: v.optional(count, 128),
  layer_norm_epsilon: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 1e-6),
  feed_forward_proj: v.literal('gated-gelu'),
  pad_token_id: v.optional(tokenId, 0),
  eos_token_id: v.optional(tokenId, 1),
  decoder_start_token_id: v.optional(tokenId, 0),
  n_positions: v.optional(count, 512),
});

/** Chooses how a tensor is stored, given its Hugging Face name and its shape. */
export type T5TensorTypes = (name: string, shape: readonly number[]) => GgufTensorType;

/**
 * llama.cpp's habit: norms as F32, position tables as F16, matrices as asked for, and as F16 where their rows do not
 * fill whole blocks.
 * @param matrices the type of the matrices in the blocks
 * @param embeddings the type of the two largest matrices, `shared` and `lm_head`
 */
export function t5TensorTypes(
  matrices: GgufTensorType,
  embeddings: GgufTensorType = matrices,
): T5TensorTypes {
  return (name, shape) => {
    if (matrices === 'F32' || shape.length < 2) return 'F32';
    if (name.includes('relative_attention_bias')) return 'F16';
    const type = name === 'shared.weight' || name === 'lm_head.weight' ? embeddings : matrices;
    const quantised = type === 'Q8_0' || type === 'Q4_0';
    return quantised && (shape.at(-1) ?? 1) % BLOCK_ELEMENTS !== 0 ? 'F16' : type;
  };
}

/** llama.cpp's `general.file_type`, by the type of most matrices. */
const FILE_TYPES: Readonly<Record<GgufTensorType, number>> = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 };

/** A tensor under its Hugging Face name. */
interface NamedTensor {
  readonly name: string;
  /** `[rows, columns]`. */
  readonly shape: readonly number[];
}

interface T5File<Tensor extends NamedTensor> {
  /** What goes into `general.name`. */
  readonly modelName: string;
  /** A Hugging Face config.json of a gated-gelu T5. */
  readonly configJson: unknown;
  readonly tensors: Iterable<Tensor>;
  readonly types: T5TensorTypes;
  /** Further metadata, such as a tokenizer or where the model came from. */
  readonly metadata?: Iterable<readonly [string, GgufValue]>;
}

/** A function gives a tensor in parts of whole blocks when its turn comes, so that only one part is in memory. */
export type T5ToWrite = T5File<
  NamedTensor & { readonly data: Float32Array | (() => Iterable<Float32Array>) }
>;

export type T5ToStream = T5File<NamedTensor & { read(): Promise<Float32Array> }>;

function uint32(value: number): GgufValue {
  return { type: 'uint32', value };
}

function t5Metadata(
  modelName: string,
  configJson: unknown,
  fileType: number,
): (readonly [string, GgufValue])[] {
  const parsed = v.safeParse(T5ConfigJson, configJson);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(
      `this config.json is not one of a T5 v1.1: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`,
    );
  }
  const config = parsed.output;
  const epsilon: GgufValue = { type: 'float32', value: config.layer_norm_epsilon };
  const metadata: (readonly [string, GgufValue])[] = [
    ['general.architecture', { type: 'string', value: 't5' }],
    ['general.name', { type: 'string', value: modelName }],
    ['t5.context_length', uint32(config.n_positions)],
    ['t5.embedding_length', uint32(config.d_model)],
    ['t5.feed_forward_length', uint32(config.d_ff)],
    ['t5.block_count', uint32(config.num_layers)],
    ['t5.decoder_block_count', uint32(config.num_decoder_layers ?? config.num_layers)],
    ['t5.attention.head_count', uint32(config.num_heads)],
    ['t5.attention.key_length', uint32(config.d_kv)],
    ['t5.attention.value_length', uint32(config.d_kv)],
    ['t5.attention.layer_norm_epsilon', epsilon],
    ['t5.attention.relative_buckets_count', uint32(config.relative_attention_num_buckets)],
    ['t5.attention.layer_norm_rms_epsilon', epsilon],
    [TOKEN_KEYS.decoder_start_token_id, uint32(config.decoder_start_token_id)],
    ['general.file_type', uint32(fileType)],
    ['general.quantization_version', uint32(2)],
    [TOKEN_KEYS.pad_token_id, uint32(config.pad_token_id)],
    [TOKEN_KEYS.eos_token_id, uint32(config.eos_token_id)],
  ];
  if (config.relative_attention_max_distance !== 128) {
    metadata.push([DISTANCE_KEY, uint32(config.relative_attention_max_distance)]);
  }
  return metadata;
}

/**
 * The whole GGUF file in memory; `ggufT5ConfigurationJson` reads the same configuration back.
 * @throws {Error} a config.json that is not one of a gated-gelu T5, a tensor that is not T5's, or as `encodeGguf`
 */
export function encodeT5Gguf(model: T5ToWrite): Uint8Array<ArrayBuffer> {
  return encodeGguf(t5File(model));
}

/** The same tensors under llama.cpp's names, each with the type it is stored as, and all metadata. */
function t5File<Tensor extends NamedTensor>(model: T5File<Tensor>) {
  const elements: Record<GgufTensorType, number> = { F32: 0, F16: 0, Q8_0: 0, Q4_0: 0 };
  const tensors = Array.from(model.tensors, (tensor) => {
    const { name, shape } = tensor;
    const ggufName = ggufT5Name(name);
    if (ggufName === null) throw new Error(`${name} is not the name of a T5 v1.1 tensor`);
    const type = model.types(name, shape);
    elements[type] += elementCount(shape) ?? 0;
    return { ...tensor, name: ggufName, type };
  });
  const [mostUsed] = [...tensors].sort((left, right) => elements[right.type] - elements[left.type]);
  const fileType = FILE_TYPES[mostUsed?.type ?? 'F32'];
  return {
    metadata: [
      ...t5Metadata(model.modelName, model.configJson, fileType),
      ...(model.metadata ?? []),
    ],
    tensors,
  };
}

/**
 * The file in pieces, a tensor or a part of one at a time.
 * @throws {Error} as `encodeT5Gguf`
 */
export function t5GgufChunks(model: T5ToWrite): Generator<Uint8Array, void, void> {
  return ggufChunks(t5File(model));
}

/**
 * The file in pieces, each tensor read when its turn comes.
 * @throws {Error} as `encodeT5Gguf`
 */
export function t5GgufStream(model: T5ToStream): AsyncGenerator<Uint8Array, void, void> {
  return ggufStream(t5File(model));
}
