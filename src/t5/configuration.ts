/** The shape of a T5 v1.1 model, read from a Hugging Face `config.json`. */

import * as v from 'valibot';

export interface T5Configuration {
  readonly vocabularySize: number;
  /** Width of the residual stream (`d_model`). */
  readonly modelWidth: number;
  /** Width of one head's keys and values (`d_kv`); heads times this need not equal the model width. */
  readonly keyValueWidth: number;
  readonly feedForwardWidth: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly heads: number;
  readonly relativeBuckets: number;
  readonly relativeMaximumDistance: number;
  readonly layerNormEpsilon: number;
  readonly padId: number;
  readonly endId: number;
  readonly decoderStartId: number;
}

/** No published T5 comes near these; a configuration beyond them is a damaged or hostile file. */
const LARGEST_WIDTH = 131_072;
const LARGEST_LAYERS = 512;
const LARGEST_VOCABULARY = 2_000_000;

const size = (maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maximum));
const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LARGEST_VOCABULARY));

const schema = v.object({
  model_type: v.optional(v.string()),
  vocab_size: size(LARGEST_VOCABULARY),
  d_model: size(LARGEST_WIDTH),
  d_kv: size(LARGEST_WIDTH),
  d_ff: size(LARGEST_WIDTH),
  num_layers: size(LARGEST_LAYERS),
  num_decoder_layers: v.optional(size(LARGEST_LAYERS)),
  num_heads: size(LARGEST_WIDTH),
  relative_attention_num_buckets: v.optional(size(LARGEST_WIDTH), 32),
  relative_attention_max_distance: v.optional(size(LARGEST_WIDTH), 128),
  layer_norm_epsilon: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1e-6),
  feed_forward_proj: v.optional(v.string(), 'relu'),
  tie_word_embeddings: v.optional(v.boolean(), true),
  pad_token_id: v.optional(tokenId, 0),
  eos_token_id: v.optional(tokenId, 1),
  decoder_start_token_id: v.optional(tokenId, 0),
});

/**
 * Reads a Hugging Face T5 configuration.
 *
 * @throws Error when a field is missing or out of range, or when the model is not T5 v1.1
 *   (gated GELU and an output layer of its own).
 */
export function parseT5Configuration(json: unknown): T5Configuration {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new Error(
      `T5 configuration: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message.slice(0, 300)}. Use the config.json of a T5 v1.1 model.`,
    );
  }
  const found = parsed.output;
  if (found.feed_forward_proj !== 'gated-gelu') {
    throw new Error(
      `T5 configuration: expected feed_forward_proj "gated-gelu" (T5 v1.1), found "${found.feed_forward_proj.slice(0, 80)}". Use a T5 v1.1 or flan-t5 model.`,
    );
  }
  if (found.tie_word_embeddings) {
    throw new Error(
      'T5 configuration: expected tie_word_embeddings false (T5 v1.1 has an output layer of its own), found true. Use a T5 v1.1 or flan-t5 model.',
    );
  }
  return {
    vocabularySize: found.vocab_size,
    modelWidth: found.d_model,
    keyValueWidth: found.d_kv,
    feedForwardWidth: found.d_ff,
    encoderLayers: found.num_layers,
    decoderLayers: found.num_decoder_layers ?? found.num_layers,
    heads: found.num_heads,
    relativeBuckets: found.relative_attention_num_buckets,
    relativeMaximumDistance: found.relative_attention_max_distance,
    layerNormEpsilon: found.layer_norm_epsilon,
    padId: found.pad_token_id,
    endId: found.eos_token_id,
    decoderStartId: found.decoder_start_token_id,
  };
}

/** The same configuration as a Hugging Face `config.json` value. */
export function t5ConfigurationJson(
  configuration: T5Configuration,
): Record<string, string | number | boolean | string[]> {
  return {
    architectures: ['T5ForConditionalGeneration'],
    model_type: 't5',
    is_encoder_decoder: true,
    vocab_size: configuration.vocabularySize,
    d_model: configuration.modelWidth,
    d_kv: configuration.keyValueWidth,
    d_ff: configuration.feedForwardWidth,
    num_layers: configuration.encoderLayers,
    num_decoder_layers: configuration.decoderLayers,
    num_heads: configuration.heads,
    relative_attention_num_buckets: configuration.relativeBuckets,
    relative_attention_max_distance: configuration.relativeMaximumDistance,
    layer_norm_epsilon: configuration.layerNormEpsilon,
    feed_forward_proj: 'gated-gelu',
    tie_word_embeddings: false,
    dropout_rate: 0,
    pad_token_id: configuration.padId,
    eos_token_id: configuration.endId,
    decoder_start_token_id: configuration.decoderStartId,
  };
}
