/** llama.cpp's metadata keys for T5, by the field of Hugging Face's config.json that they stand for. */

export const MODEL_KEYS = {
  vocab_size: ['t5.vocab_size'],
  d_model: ['t5.embedding_length'],
  d_ff: ['t5.feed_forward_length'],
  num_layers: ['t5.block_count'],
  num_decoder_layers: ['t5.decoder_block_count'],
  num_heads: ['t5.attention.head_count'],
  d_kv: ['t5.attention.key_length', 't5.attention.value_length'],
  // The first is the one that llama.cpp computes with.
  layer_norm_epsilon: ['t5.attention.layer_norm_rms_epsilon', 't5.attention.layer_norm_epsilon'],
  relative_attention_num_buckets: ['t5.attention.relative_buckets_count'],
} as const;

export const TOKEN_KEYS = {
  pad_token_id: 'tokenizer.ggml.padding_token_id',
  eos_token_id: 'tokenizer.ggml.eos_token_id',
  decoder_start_token_id: 't5.decoder_start_token_id',
} as const;

/** This project's own key: llama.cpp has none and always uses 128, so it is written only for another distance. */
export const DISTANCE_KEY = 'winnow.relative_attention_max_distance';
