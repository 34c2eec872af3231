/** Works out a T5's configuration from a GGUF header: the tensors' shapes decide, the metadata must not contradict them. */

import type { GgufHeader } from './gguf-reader';
import { DISTANCE_KEY, MODEL_KEYS, TOKEN_KEYS } from './t5-metadata-keys';
import type { TensorEntry } from './tensor-entry';
import { WeightFileError } from './weight-file-error';

/** What T5 uses where a file is silent: flan-t5's values, which llama.cpp builds in as well. */
const DEFAULTS = {
  relative_attention_max_distance: 128,
  layer_norm_epsilon: 1e-6,
  pad_token_id: 0,
  eos_token_id: 1,
} as const;

class HeaderReading {
  private readonly header: GgufHeader;
  private readonly byName: ReadonlyMap<string, TensorEntry>;

  constructor(header: GgufHeader) {
    this.header = header;
    this.byName = new Map(header.tensors.map((entry) => [entry.name, entry]));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  private fail(offset: number, rule: string): never {
    throw new WeightFileError(this.header.name, offset, rule);
  }

  failAtKey(key: string, rule: string): never {
    return this.fail(this.header.metadataOffsets.get(key) ?? 0, `${key} ${rule}`);
  }

  failAtTensor(name: string, rule: string): never {
    return this.fail(this.byName.get(name)?.offset ?? 0, `tensor ${name} ${rule}`);
  }

  text(key: string): string | null {
    const entry = this.header.metadata.get(key);
    return entry?.type === 'string' ? entry.value : null;
  }

  /** A number of any numeric type, or null where the key is absent. */
  number(key: string): number | null {
    const entry = this.header.metadata.get(key);
    if (entry === undefined) return null;
    if (entry.type === 'array' || entry.type === 'string' || entry.type === 'bool') {
      return this.failAtKey(key, `is of type ${entry.type}; expected a number`);
    }
    return Number(entry.value);
  }

  tokenId(key: string, vocabularySize: number, otherwise: number): number {
    const id = this.number(key);
    if (id === null) return otherwise;
    if (!Number.isInteger(id) || id < 0 || id >= vocabularySize) {
      return this.failAtKey(key, `is ${id}, no token of a vocabulary of ${vocabularySize}`);
    }
    return id;
  }

  /** `[rows, columns]` of a matrix that a T5 cannot do without. */
  matrix(name: string): readonly [number, number] {
    const entry = this.byName.get(name);
    if (entry === undefined) {
      return this.fail(
        this.header.headerEnd,
        `the header ends without the tensor ${name}, which every T5 encoder-decoder has`,
      );
    }
    const [rows, columns, ...more] = entry.shape;
    if (rows === undefined || columns === undefined || more.length > 0 || rows * columns === 0) {
      return this.failAtTensor(name, `has shape [${entry.shape.join(', ')}]; expected a matrix`);
    }
    return [rows, columns];
  }

  /** The number of blocks of a stack, which are numbered from 0 without a gap. */
  blocks(prefix: string): number {
    const numbers = new Set<string>();
    for (const name of this.byName.keys()) {
      if (name.startsWith(prefix)) numbers.add(name.slice(prefix.length).split('.', 1)[0] ?? '');
    }
    for (let block = 0; block < numbers.size; block++) {
      if (!numbers.has(String(block))) {
        return this.fail(
          this.header.headerEnd,
          `the header lists ${numbers.size} blocks ${prefix}N, but none has the number ${block}`,
        );
      }
    }
    return numbers.size;
  }

  /** Checks that metadata, where they speak, agree with the tensors. */
  confirm(keys: readonly string[], derived: number): number {
    for (const key of keys) {
      const stated = this.number(key);
      if (stated !== null && stated !== derived) {
        this.failAtKey(key, `is ${stated}, but the tensors show ${derived}`);
      }
    }
    return derived;
  }
}

/** The shortest decimal that stands for the same 32-bit float: 1e-6 rather than 9.999999974752427e-7. */
function shortDecimal(value: number): number {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === Math.fround(value) ? short : value;
}

function layerNormEpsilon(reading: HeaderReading): number {
  for (const key of MODEL_KEYS.layer_norm_epsilon) {
    const value = reading.number(key);
    if (value === null) continue;
    if (!(value > 0 && value < 1)) reading.failAtKey(key, `is ${value}; expected 0 to 1`);
    return shortDecimal(value);
  }
  return DEFAULTS.layer_norm_epsilon;
}

function maximumDistance(reading: HeaderReading): number {
  const distance = reading.number(DISTANCE_KEY);
  if (distance === null) return DEFAULTS.relative_attention_max_distance;
  if (!Number.isInteger(distance) || distance < 1 || distance > 2 ** 31) {
    return reading.failAtKey(DISTANCE_KEY, `is ${distance}; expected a whole number of tokens`);
  }
  return distance;
}

/**
 * A configuration as Hugging Face's config.json has it.
 * @throws {WeightFileError} another architecture, a tensor missing that the sizes are read from, or metadata that
 *   contradict the tensors
 */
export function ggufT5ConfigurationJson(
  header: GgufHeader,
): Record<string, number | string | boolean> {
  const reading = new HeaderReading(header);
  const architecture = reading.text('general.architecture');
  if (architecture !== 't5') {
    reading.failAtKey(
      'general.architecture',
      `is ${JSON.stringify(architecture?.slice(0, 40) ?? null)}; only "t5" is read`,
    );
  }
  const [vocabularySize, modelSize] = reading.matrix('token_embd.weight');
  const [buckets, heads] = reading.matrix('enc.blk.0.attn_rel_b.weight');
  const [innerSize] = reading.matrix('enc.blk.0.attn_q.weight');
  const [feedForwardSize] = reading.matrix('enc.blk.0.ffn_up.weight');
  if (innerSize % heads !== 0) {
    reading.failAtTensor('enc.blk.0.attn_q.weight', `has ${innerSize} rows for ${heads} heads`);
  }
  const pad = reading.tokenId(TOKEN_KEYS.pad_token_id, vocabularySize, DEFAULTS.pad_token_id);
  const encoderBlocks = reading.blocks('enc.blk.');
  const decoderBlocks = reading.blocks('dec.blk.');
  reading.matrix('dec.blk.0.attn_rel_b.weight');
  return {
    model_type: 't5',
    is_encoder_decoder: true,
    vocab_size: reading.confirm(MODEL_KEYS.vocab_size, vocabularySize),
    d_model: reading.confirm(MODEL_KEYS.d_model, modelSize),
    d_kv: reading.confirm(MODEL_KEYS.d_kv, innerSize / heads),
    d_ff: reading.confirm(MODEL_KEYS.d_ff, feedForwardSize),
    num_layers: reading.confirm(MODEL_KEYS.num_layers, encoderBlocks),
    num_decoder_layers: reading.confirm(MODEL_KEYS.num_decoder_layers, decoderBlocks),
    num_heads: reading.confirm(MODEL_KEYS.num_heads, heads),
    relative_attention_num_buckets: reading.confirm(
      MODEL_KEYS.relative_attention_num_buckets,
      buckets,
    ),
    relative_attention_max_distance: maximumDistance(reading),
    layer_norm_epsilon: layerNormEpsilon(reading),
    feed_forward_proj: reading.has('enc.blk.0.ffn_gate.weight') ? 'gated-gelu' : 'relu',
    tie_word_embeddings: !reading.has('output.weight'),
    pad_token_id: pad,
    eos_token_id: reading.tokenId(TOKEN_KEYS.eos_token_id, vocabularySize, DEFAULTS.eos_token_id),
    decoder_start_token_id: reading.tokenId(TOKEN_KEYS.decoder_start_token_id, vocabularySize, pad),
  };
}
