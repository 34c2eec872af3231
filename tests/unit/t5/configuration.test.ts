/** Reading a Hugging Face config.json: what is accepted, what is refused and with which sentence. */

import { describe, expect, test } from 'vitest';
import { parseT5Configuration, t5ConfigurationJson } from '../../../src/t5/configuration';

const SMALL: Readonly<Record<string, unknown>> = {
  architectures: ['T5ForConditionalGeneration'],
  model_type: 't5',
  vocab_size: 32_128,
  d_model: 512,
  d_kv: 64,
  d_ff: 1024,
  num_layers: 8,
  num_decoder_layers: 6,
  num_heads: 6,
  relative_attention_num_buckets: 16,
  relative_attention_max_distance: 64,
  layer_norm_epsilon: 1e-5,
  feed_forward_proj: 'gated-gelu',
  tie_word_embeddings: false,
  pad_token_id: 3,
  eos_token_id: 4,
  decoder_start_token_id: 5,
};

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(SMALL).filter(([name]) => !names.includes(name)));

test('every field is read', () => {
  expect(parseT5Configuration(SMALL)).toEqual({
    vocabularySize: 32_128,
    modelWidth: 512,
    keyValueWidth: 64,
    feedForwardWidth: 1024,
    encoderLayers: 8,
    decoderLayers: 6,
    heads: 6,
    relativeBuckets: 16,
    relativeMaximumDistance: 64,
    layerNormEpsilon: 1e-5,
    padId: 3,
    endId: 4,
    decoderStartId: 5,
  });
});

test('fields that old files leave out have the defaults of Hugging Face', () => {
  const parsed = parseT5Configuration(
    without(
      'model_type',
      'num_decoder_layers',
      'relative_attention_num_buckets',
      'relative_attention_max_distance',
      'layer_norm_epsilon',
      'pad_token_id',
      'eos_token_id',
      'decoder_start_token_id',
    ),
  );
  expect(parsed).toMatchObject({
    decoderLayers: 8,
    relativeBuckets: 32,
    relativeMaximumDistance: 128,
    layerNormEpsilon: 1e-6,
    padId: 0,
    endId: 1,
    decoderStartId: 0,
  });
});

test('a configuration written by us reads back as it was', () => {
  const parsed = parseT5Configuration(SMALL);
  expect(parseT5Configuration(t5ConfigurationJson(parsed))).toEqual(parsed);
});

describe('refused', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'the file'],
    ['a list', [], 'vocab_size'],
    ['a text', 'd_model: 512', 'the file'],
    ['a missing width', without('d_model'), 'd_model'],
    ['missing heads', without('num_heads'), 'num_heads'],
    ['a width of zero', { ...SMALL, d_kv: 0 }, 'd_kv'],
    ['a negative number of layers', { ...SMALL, num_layers: -2 }, 'num_layers'],
    ['a fractional width', { ...SMALL, d_ff: 1024.5 }, 'd_ff'],
    ['a width as text', { ...SMALL, d_model: '512' }, 'd_model'],
    ['a width that is not a number', { ...SMALL, d_model: Number.NaN }, 'd_model'],
    ['an endless width', { ...SMALL, d_model: Infinity }, 'd_model'],
    ['an enormous vocabulary', { ...SMALL, vocab_size: 2 ** 31 }, 'vocab_size'],
    ['a thousand layers', { ...SMALL, num_decoder_layers: 1000 }, 'num_decoder_layers'],
    ['a negative epsilon', { ...SMALL, layer_norm_epsilon: -1e-6 }, 'layer_norm_epsilon'],
    ['a negative token id', { ...SMALL, eos_token_id: -1 }, 'eos_token_id'],
    ['a null token id', { ...SMALL, pad_token_id: null }, 'pad_token_id'],
    ['T5 v1.0 (relu)', { ...SMALL, feed_forward_proj: 'relu' }, 'found "relu"'],
    ['a missing activation', without('feed_forward_proj'), 'found "relu"'],
    ['a gated relu', { ...SMALL, feed_forward_proj: 'gated-relu' }, 'found "gated-relu"'],
    ['a tied output layer', { ...SMALL, tie_word_embeddings: true }, 'tie_word_embeddings'],
    ['a missing tie_word_embeddings', without('tie_word_embeddings'), 'tie_word_embeddings'],
  ])('%s', (_, json, named) => {
    expect(() => parseT5Configuration(json)).toThrow(named);
    expect(() => parseT5Configuration(json)).toThrow(/^T5 configuration: .*Use .*T5 v1\.1/s);
  });
});
