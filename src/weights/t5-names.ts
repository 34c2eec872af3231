/** The two names every T5 v1.1 tensor has: llama.cpp's, used in GGUF files, and Hugging Face's, used everywhere in this project. */

/** Tensors outside the blocks: llama.cpp's name, Hugging Face's name. */
const OUTSIDE_BLOCKS: readonly (readonly [string, string])[] = [
  ['token_embd', 'shared'],
  ['enc.output_norm', 'encoder.final_layer_norm'],
  ['dec.output_norm', 'decoder.final_layer_norm'],
  ['output', 'lm_head'],
];

const SELF_ATTENTION: readonly (readonly [string, string])[] = [
  ['attn_q', 'layer.0.SelfAttention.q'],
  ['attn_k', 'layer.0.SelfAttention.k'],
  ['attn_v', 'layer.0.SelfAttention.v'],
  ['attn_o', 'layer.0.SelfAttention.o'],
  ['attn_rel_b', 'layer.0.SelfAttention.relative_attention_bias'],
  ['attn_norm', 'layer.0.layer_norm'],
];

const CROSS_ATTENTION: readonly (readonly [string, string])[] = [
  ['cross_attn_q', 'layer.1.EncDecAttention.q'],
  ['cross_attn_k', 'layer.1.EncDecAttention.k'],
  ['cross_attn_v', 'layer.1.EncDecAttention.v'],
  ['cross_attn_o', 'layer.1.EncDecAttention.o'],
  ['cross_attn_norm', 'layer.1.layer_norm'],
];

function feedForward(layer: number): readonly (readonly [string, string])[] {
  return [
    ['ffn_gate', `layer.${layer}.DenseReluDense.wi_0`],
    ['ffn_up', `layer.${layer}.DenseReluDense.wi_1`],
    ['ffn_down', `layer.${layer}.DenseReluDense.wo`],
    ['ffn_norm', `layer.${layer}.layer_norm`],
  ];
}

interface Stack {
  readonly ggufPrefix: string;
  readonly huggingFacePrefix: string;
  readonly tensors: readonly (readonly [string, string])[];
}

const STACKS: readonly Stack[] = [
  {
    ggufPrefix: 'enc.blk.',
    huggingFacePrefix: 'encoder.block.',
    tensors: [...SELF_ATTENTION, ...feedForward(1)],
  },
  {
    ggufPrefix: 'dec.blk.',
    huggingFacePrefix: 'decoder.block.',
    tensors: [...SELF_ATTENTION, ...CROSS_ATTENTION, ...feedForward(2)],
  },
];

const SUFFIX = '.weight';

type Direction = 'toHuggingFace' | 'toGguf';

function translate(name: string, direction: Direction): string | null {
  if (!name.endsWith(SUFFIX)) return null;
  const stem = name.slice(0, -SUFFIX.length);
  const [from, to] = direction === 'toHuggingFace' ? [0, 1] : [1, 0];
  for (const pair of OUTSIDE_BLOCKS) {
    if (pair[from] === stem) return `${pair[to]}${SUFFIX}`;
  }
  for (const { ggufPrefix, huggingFacePrefix, tensors } of STACKS) {
    const prefixes = [ggufPrefix, huggingFacePrefix];
    const prefix = prefixes[from] ?? '';
    if (!stem.startsWith(prefix)) continue;
    // A block number is written one way only, so that two names never mean one tensor.
    const [, block, rest] = /^(0|[1-9][0-9]{0,4})\.(.+)$/.exec(stem.slice(prefix.length)) ?? [];
    const pair = tensors.find((candidate) => candidate[from] === rest);
    if (pair !== undefined) return `${prefixes[to]}${block}.${pair[to]}${SUFFIX}`;
  }
  return null;
}

/** `enc.blk.0.attn_q.weight` to `encoder.block.0.layer.0.SelfAttention.q.weight`; null for no T5 v1.1 tensor. */
export function huggingFaceT5Name(ggufName: string): string | null {
  return translate(ggufName, 'toHuggingFace');
}

/** `encoder.block.0.layer.0.SelfAttention.q.weight` to `enc.blk.0.attn_q.weight`; null for no T5 v1.1 tensor. */
export function ggufT5Name(huggingFaceName: string): string | null {
  return translate(huggingFaceName, 'toGguf');
}
