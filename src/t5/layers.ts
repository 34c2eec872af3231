/** The three residual layers that encoder and decoder blocks are made of. */

import type * as tf from '@tensorflow/tfjs-core';
import { attention } from '../tensor/attention';
import { gatedGelu } from '../tensor/gated-gelu';
import { linear } from '../tensor/linear';
import { rmsNorm } from '../tensor/rms-norm';
import type { T5Model } from './model';
import { attentionNames, feedForwardNames } from './parameters';

/** `x + feedForward(norm(x))`, `[batch, length, model]` to the same. */
export function feedForwardLayer(model: T5Model, prefix: string, x: tf.Tensor): tf.Tensor {
  const names = feedForwardNames(prefix);
  const normed = rmsNorm(x, model.parameter(names.norm), model.configuration.layerNormEpsilon);
  const gate = linear(normed, model.weight(names.gate));
  const up = linear(normed, model.weight(names.up));
  return linear(gatedGelu(gate, up), model.weight(names.down), x);
}

/** Keys and values of one attention layer, both `[batch, keys, heads * keyValue]`. */
export interface KeysAndValues {
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
}

export function projectKeysAndValues(
  model: T5Model,
  prefix: string,
  kind: 'SelfAttention' | 'EncDecAttention',
  states: tf.Tensor,
): KeysAndValues {
  const names = attentionNames(prefix, kind);
  return {
    key: linear(states, model.weight(names.key)),
    value: linear(states, model.weight(names.value)),
  };
}

/** What an attention layer looks at, besides its input. */
export interface AttentionContext {
  /** `[heads, queries, keys]`, or null in cross-attention. */
  readonly bias: tf.Tensor | null;
  /** `[batch, keys]`, 1 for real tokens, or null when nothing is padded. */
  readonly mask: tf.Tensor | null;
  readonly causal: boolean;
}

/** The norm in front of an attention layer. */
export function attentionNorm(
  model: T5Model,
  prefix: string,
  kind: 'SelfAttention' | 'EncDecAttention',
  x: tf.Tensor,
): tf.Tensor {
  const { norm } = attentionNames(prefix, kind);
  return rmsNorm(x, model.parameter(norm), model.configuration.layerNormEpsilon);
}

/**
 * `x + output(attention(query(normed), keys, values))`.
 *
 * @param x residual stream `[batch, queries, model]`
 * @param normed `x` after the layer's norm
 */
export function attentionLayer(
  model: T5Model,
  prefix: string,
  kind: 'SelfAttention' | 'EncDecAttention',
  x: tf.Tensor,
  normed: tf.Tensor,
  { key, value }: KeysAndValues,
  context: AttentionContext,
): tf.Tensor {
  const { heads } = model.configuration;
  return mixingLayer(model, prefix, kind, x, normed, (query) =>
    attention({ query, key, value, ...context, heads }),
  );
}

/** As {@link attentionLayer} with attention done by `mix`, which gets the query and gives the mixed values. */
export function mixingLayer(
  model: T5Model,
  prefix: string,
  kind: 'SelfAttention' | 'EncDecAttention',
  x: tf.Tensor,
  normed: tf.Tensor,
  mix: (query: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const names = attentionNames(prefix, kind);
  const mixed = mix(linear(normed, model.weight(names.query)));
  return linear(mixed, model.weight(names.output), x);
}
