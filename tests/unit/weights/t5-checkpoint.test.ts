/** T5 names both ways, T5 as GGUF, and one way to open every checkpoint. */

import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/weights/byte-source';
import { openCheckpoint } from '../../../src/weights/checkpoint';
import { openGguf, type GgufHeader } from '../../../src/weights/gguf-reader';
import type { GgufValue } from '../../../src/weights/gguf-types';
import { encodeGguf } from '../../../src/weights/gguf-writer';
import { encodeSafetensors } from '../../../src/weights/safetensors-writer';
import { ggufT5ConfigurationJson } from '../../../src/weights/t5-gguf-reader';
import { encodeT5Gguf, t5TensorTypes } from '../../../src/weights/t5-gguf-writer';
import { ggufT5Name, huggingFaceT5Name } from '../../../src/weights/t5-names';
import { TINY_CONFIG_JSON, tinyT5Tensors, weightFileErrorOf } from './weight-fixtures';

describe('names', () => {
  it.each([
    ['token_embd.weight', 'shared.weight'],
    ['output.weight', 'lm_head.weight'],
    ['enc.output_norm.weight', 'encoder.final_layer_norm.weight'],
    ['dec.output_norm.weight', 'decoder.final_layer_norm.weight'],
    ['enc.blk.0.attn_q.weight', 'encoder.block.0.layer.0.SelfAttention.q.weight'],
    [
      'enc.blk.0.attn_rel_b.weight',
      'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight',
    ],
    ['enc.blk.11.attn_norm.weight', 'encoder.block.11.layer.0.layer_norm.weight'],
    ['enc.blk.3.ffn_gate.weight', 'encoder.block.3.layer.1.DenseReluDense.wi_0.weight'],
    ['enc.blk.3.ffn_up.weight', 'encoder.block.3.layer.1.DenseReluDense.wi_1.weight'],
    ['enc.blk.3.ffn_down.weight', 'encoder.block.3.layer.1.DenseReluDense.wo.weight'],
    ['enc.blk.3.ffn_norm.weight', 'encoder.block.3.layer.1.layer_norm.weight'],
    ['dec.blk.7.attn_o.weight', 'decoder.block.7.layer.0.SelfAttention.o.weight'],
    ['dec.blk.7.cross_attn_q.weight', 'decoder.block.7.layer.1.EncDecAttention.q.weight'],
    ['dec.blk.7.cross_attn_norm.weight', 'decoder.block.7.layer.1.layer_norm.weight'],
    ['dec.blk.7.ffn_gate.weight', 'decoder.block.7.layer.2.DenseReluDense.wi_0.weight'],
    ['dec.blk.7.ffn_norm.weight', 'decoder.block.7.layer.2.layer_norm.weight'],
  ])('%s is %s', (gguf, huggingFace) => {
    expect(huggingFaceT5Name(gguf)).toBe(huggingFace);
    expect(ggufT5Name(huggingFace)).toBe(gguf);
  });

  it.each([
    'enc.blk.0.cross_attn_q.weight',
    'enc.blk.00.attn_q.weight',
    'enc.blk.-1.attn_q.weight',
    'enc.blk.0.attn_q.bias',
    'dec.blk.0.cross_attn_rel_b.weight',
    'shared.weight',
    'constructor.weight',
    '',
  ])('%s is no GGUF name of a T5', (name) => {
    expect(huggingFaceT5Name(name)).toBeNull();
  });

  it.each([
    'encoder.block.0.layer.1.EncDecAttention.q.weight',
    'decoder.block.0.layer.1.DenseReluDense.wi_0.weight',
    'encoder.embed_tokens.weight',
    'token_embd.weight',
  ])('%s is no Hugging Face name of a T5', (name) => {
    expect(ggufT5Name(name)).toBeNull();
  });
});

const tensors = tinyT5Tensors();
const plainGguf = encodeT5Gguf({
  modelName: 'tiny',
  configJson: TINY_CONFIG_JSON,
  tensors,
  types: t5TensorTypes('F32'),
});

async function plainHeader(): Promise<GgufHeader> {
  return openGguf(memorySource('tiny.gguf', plainGguf));
}

/** The tiny T5 with metadata entries replaced, added, or left out where null. */
async function withMetadata(changes: Readonly<Record<string, GgufValue | null>>) {
  const { metadata } = await plainHeader();
  const merged = new Map<string, GgufValue>(metadata);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return reencode(merged, (name) => name);
}

/** The tiny T5 with tensors renamed, or left out where the new name is null. */
async function reencode(
  metadata: ReadonlyMap<string, GgufValue>,
  rename: (ggufName: string) => string | null,
) {
  const renamed = tensors.flatMap(({ name, shape, data }) => {
    const ggufName = rename(ggufT5Name(name) ?? '');
    return ggufName === null ? [] : [{ name: ggufName, shape, type: 'F32' as const, data }];
  });
  return memorySource('tiny.gguf', encodeGguf({ metadata, tensors: renamed }));
}

async function withTensors(rename: (ggufName: string) => string | null) {
  return reencode((await plainHeader()).metadata, rename);
}

describe('configuration of a GGUF file', () => {
  it('comes back as it was written', async () => {
    expect(ggufT5ConfigurationJson(await plainHeader())).toStrictEqual(TINY_CONFIG_JSON);
  });

  it('comes from the shapes where the metadata are silent', async () => {
    const bare = await reencode(
      new Map([['general.architecture', { type: 'string', value: 't5' }]]),
      (name) => name,
    );
    expect(ggufT5ConfigurationJson(await openGguf(bare))).toStrictEqual({
      ...TINY_CONFIG_JSON,
      relative_attention_max_distance: 128,
    });
  });

  it('is tied where there is no output matrix', async () => {
    const tied = await withTensors((name) => (name === 'output.weight' ? null : name));
    const checkpoint = await openCheckpoint(tied);
    expect(checkpoint.configJson).toMatchObject({ tie_word_embeddings: true });
    expect(checkpoint.names).not.toContain('lm_head.weight');
  });

  it.each<[string, GgufValue | null, string]>([
    ['general.architecture', { type: 'string', value: 'llama' }, 'is "llama"; only "t5" is read'],
    ['general.architecture', null, 'is null; only "t5" is read'],
    [
      't5.block_count',
      { type: 'uint32', value: 4_294_967_295 },
      'is 4294967295, but the tensors show 1',
    ],
    ['t5.decoder_block_count', { type: 'uint64', value: 1n }, 'is 1, but the tensors show 2'],
    ['t5.embedding_length', { type: 'uint32', value: 64 }, 'is 64, but the tensors show 32'],
    ['t5.feed_forward_length', { type: 'string', value: '64' }, 'is of type string'],
    ['t5.attention.head_count', { type: 'int32', value: -3 }, 'is -3, but the tensors show 3'],
    ['t5.attention.key_length', { type: 'float32', value: 16.5 }, 'is 16.5, but'],
    ['t5.attention.layer_norm_rms_epsilon', { type: 'float32', value: NaN }, 'is NaN; expected'],
    ['t5.attention.relative_buckets_count', { type: 'uint8', value: 9 }, 'but the tensors show 8'],
    ['t5.decoder_start_token_id', { type: 'uint32', value: 40 }, 'no token of a vocabulary of 40'],
    ['tokenizer.ggml.eos_token_id', { type: 'int32', value: -1 }, 'is -1, no token'],
    [
      'winnow.relative_attention_max_distance',
      { type: 'uint32', value: 0 },
      'whole number of tokens',
    ],
  ])('%s must not lie', async (key, value, rule) => {
    const source = await withMetadata({ [key]: value });
    const error = await weightFileErrorOf(openCheckpoint(source));
    const offset = (await openGguf(source)).metadataOffsets.get(key) ?? 0;
    expect(error.message).toContain(`tiny.gguf, byte ${offset}: ${key} `);
    expect(error.rule).toContain(rule);
  });

  it.each([
    ['token_embd.weight', null, 'the header ends without the tensor token_embd.weight'],
    ['enc.blk.0.attn_rel_b.weight', null, 'without the tensor enc.blk.0.attn_rel_b.weight'],
    [
      'dec.blk.1.attn_q.weight',
      'dec.blk.7.attn_q.weight',
      '3 blocks dec.blk.N, but none has the number 2',
    ],
    [
      'enc.blk.0.attn_q.weight',
      'enc.blk.0.attn_norm.weightless',
      'without the tensor enc.blk.0.attn_q',
    ],
  ])('%s must be there', async (from, to, rule) => {
    const source = await withTensors((name) => (name === from ? to : name));
    const { headerEnd } = await openGguf(source);
    const error = await weightFileErrorOf(openCheckpoint(source));
    expect(error.byteOffset).toBe(headerEnd);
    expect(error.rule).toContain(rule);
  });
});

describe('writing T5 as GGUF', () => {
  it('stores norms as F32, tables as F16 and matrices as asked for', async () => {
    const file = encodeT5Gguf({
      modelName: 'tiny',
      configJson: TINY_CONFIG_JSON,
      tensors,
      types: t5TensorTypes('Q4_0', 'Q8_0'),
      metadata: [['winnow.note', { type: 'string', value: 'made in a test' }]],
    });
    const gguf = await openGguf(memorySource('tiny', file));
    const types = new Map(gguf.tensors.map(({ name, type }) => [name, type]));
    expect(types.get('token_embd.weight')).toBe('Q8_0');
    expect(types.get('output.weight')).toBe('Q8_0');
    expect(types.get('dec.blk.1.cross_attn_v.weight')).toBe('Q4_0');
    expect(types.get('dec.blk.1.cross_attn_norm.weight')).toBe('F32');
    expect(types.get('enc.blk.0.attn_rel_b.weight')).toBe('F16');
    // The inner size is 3 heads x 16 = 48, which does not fill blocks of 32.
    expect(types.get('enc.blk.0.attn_o.weight')).toBe('F16');
    expect(gguf.metadata.get('general.file_type')).toStrictEqual({ type: 'uint32', value: 2 });
    expect(gguf.metadata.get('winnow.note')).toStrictEqual({
      type: 'string',
      value: 'made in a test',
    });
    expect(ggufT5ConfigurationJson(gguf)).toStrictEqual(TINY_CONFIG_JSON);
  });

  it('writes the distance only where it is not the 128 that llama.cpp takes', async () => {
    const configJson = { ...TINY_CONFIG_JSON, relative_attention_max_distance: 128 };
    const file = encodeT5Gguf({ modelName: 'n', configJson, tensors, types: t5TensorTypes('F16') });
    const { metadata } = await openGguf(memorySource('tiny', file));
    expect([...metadata.keys()].filter((key) => key.startsWith('winnow.'))).toStrictEqual([]);
  });

  it.each([
    [{ ...TINY_CONFIG_JSON, feed_forward_proj: 'relu' }, 'feed_forward_proj'],
    [{ ...TINY_CONFIG_JSON, d_model: '32' }, 'd_model'],
    [null, 'the whole'],
  ])('refuses a configuration that is not one of a T5 v1.1: %#', (configJson, field) => {
    expect(() =>
      encodeT5Gguf({ modelName: 'n', configJson, tensors, types: t5TensorTypes('F32') }),
    ).toThrow(`not one of a T5 v1.1: ${field}`);
  });

  it('refuses a tensor that is not T5’s', () => {
    const [first] = tensors;
    const strange = [{ name: 'adam.m', shape: first?.shape ?? [], data: new Float32Array(1) }];
    expect(() =>
      encodeT5Gguf({
        modelName: 'n',
        configJson: TINY_CONFIG_JSON,
        tensors: strange,
        types: t5TensorTypes('F32'),
      }),
    ).toThrow('adam.m is not the name of a T5 v1.1 tensor');
  });
});

describe('opening a checkpoint', () => {
  const safetensors = (extra: typeof tensors = [], left: readonly string[] = []) =>
    memorySource(
      'model.safetensors',
      encodeSafetensors(
        [...tensors, ...extra].filter(({ name }) => !left.includes(name)),
        {},
      ),
    );
  const names = tensors.map(({ name }) => name);

  it('gives the same tensors from either format', async () => {
    const gguf = await openCheckpoint(memorySource('tiny.gguf', plainGguf));
    const plain = await openCheckpoint(safetensors(), TINY_CONFIG_JSON);
    expect([gguf.format, plain.format]).toStrictEqual(['gguf', 'safetensors']);
    for (const checkpoint of [gguf, plain]) {
      expect(checkpoint.names).toStrictEqual(names);
      expect(checkpoint.configJson).toStrictEqual(TINY_CONFIG_JSON);
      for (const { name, shape, data } of tensors) {
        expect(checkpoint.shape(name)).toStrictEqual(shape);
        expect(checkpoint.storedType(name)).toBe('F32');
        expect(await checkpoint.readTensor(name)).toStrictEqual(data);
      }
    }
  });

  it('takes a given configuration over the one in the file', async () => {
    const given = { ...TINY_CONFIG_JSON, dropout_rate: 0.1 };
    const { configJson } = await openCheckpoint(memorySource('tiny.gguf', plainGguf), given);
    expect(configJson).toBe(given);
  });

  it('leaves out copies of the embedding and what no T5 uses', async () => {
    const copy = (name: string) => ({ name, shape: [1], data: Float32Array.of(7) });
    const extra = [
      copy('encoder.embed_tokens.weight'),
      copy('decoder.embed_tokens.weight'),
      copy('decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight'),
    ];
    const checkpoint = await openCheckpoint(safetensors(extra), TINY_CONFIG_JSON);
    expect(checkpoint.names).toStrictEqual(names);
    expect(checkpoint.ignored).toStrictEqual(extra.map(({ name }) => name));
  });

  it('finds the embedding under the name of one of its copies', async () => {
    const [embedding] = tensors;
    const data = embedding?.data ?? new Float32Array(0);
    const copy = { name: 'decoder.embed_tokens.weight', shape: [40, 32], data };
    const checkpoint = await openCheckpoint(safetensors([copy], ['shared.weight']));
    expect(await checkpoint.readTensor('shared.weight')).toStrictEqual(data);
    expect(checkpoint.configJson).toBeNull();
  });

  it.each([
    ['lm_head.weight', 'the header ends without lm_head.weight, but the configuration says'],
    ['shared.weight', 'the header ends without the tensor shared.weight'],
  ])('says that %s is missing', async (name, rule) => {
    const error = await weightFileErrorOf(
      openCheckpoint(safetensors([], [name]), TINY_CONFIG_JSON),
    );
    expect(error.rule).toContain(rule);
  });

  it('does without lm_head where it is tied', async () => {
    const tied = { ...TINY_CONFIG_JSON, tie_word_embeddings: true };
    const checkpoint = await openCheckpoint(safetensors([], ['lm_head.weight']), tied);
    const error = await weightFileErrorOf(checkpoint.readTensor('lm_head.weight'));
    expect(error.rule).toBe('the header ends without the tensor lm_head.weight');
  });

  it.each([
    ['PK\u0003\u0004 and then an archive', 'but of a zip archive'],
    ['short', 'neither a GGUF nor a safetensors file'],
    ['', 'neither a GGUF nor a safetensors file'],
  ])('tells that %j is another kind of file', async (text, rule) => {
    const source = memorySource('model.bin', new TextEncoder().encode(text));
    expect((await weightFileErrorOf(openCheckpoint(source))).rule).toContain(rule);
  });

  it('refuses integers as weights', async () => {
    const file = encodeSafetensors(
      [{ name: 'shared.weight', shape: [1], data: Int32Array.of(1) }],
      {},
    );
    const checkpoint = await openCheckpoint(memorySource('ints', file));
    const error = await weightFileErrorOf(checkpoint.readTensor('shared.weight'));
    expect(error.rule).toBe('tensor shared.weight holds integers (I32); a weight is a float');
  });
});
