/** The three residual layers that encoder and decoder blocks are made of. */

import type * as tf from '@tensorflow/tfjs-core';
import { attention } from '../tensor/attention';
import { gatedGelu } from '../tensor/gated-gelu';
import { linear, linearMaps } from '../tensor/linear';
import { rmsNormBeside, type NormedStream } from '../tensor/rms-norm';
import type { T5Model } from './model';
import { attentionNames, feedForwardNames } from './parameters';

/** `x + feedForward(norm(x))`, `[batch, length, model]` to the same. */
export function feedForwardLayer(model: T5Model, prefix: string, x: tf.Tensor): tf.Tensor {
  const names = feedForwardNames(prefix);
  const { stream, normed } = normBeside(model, names.norm, x);
  const [gate, up] = linearMaps(normed, [model.weight(names.gate), model.weight(names.up)]);
  return linear(gatedGelu(gate, up), model.weight(names.down), stream);
}

/** The norm in front of a layer, and the residual stream that the layer's result is added to. */
function normBeside(model: T5Model, norm: string, x: tf.Tensor): NormedStream {
  return rmsNormBeside(x, model.parameter(norm), model.configuration.layerNormEpsilon);
}

/** Keys and values of one attention layer, both `[batch, keys, heads * keyValue]`. */
export interface KeysAndValues {
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
}

/** What the tokens of a self-attention layer look for and offer, each `[batch, length, heads * keyValue]`. */
export interface OwnTokens extends KeysAndValues {
  readonly query: tf.Tensor;
}

/**
 * `x + output(mix(query(normed), key(normed), value(normed)))`, `normed` being the norm of `x`.
 *
 * @param x residual stream `[batch, length, model]`
 * @param mix the attention over the layer's own tokens, and earlier ones where some are kept
 */
export function selfAttentionLayer(
  model: T5Model,
  prefix: string,
  x: tf.Tensor,
  mix: (tokens: OwnTokens) => tf.Tensor,
): tf.Tensor {
  const names = attentionNames(prefix, 'SelfAttention');
  const { stream, normed } = normBeside(model, names.norm, x);
  const [key, value, query] = linearMaps(normed, [
    model.weight(names.key),
    model.weight(names.value),
    model.weight(names.query),
  ]);
  return linear(mix({ query, key, value }), model.weight(names.output), stream);
}

/** The keys and values that a decoder's layer looks up in the encoder's states `[batch, keys, model]`. */
export function crossKeysAndValues(
  model: T5Model,
  prefix: string,
  states: tf.Tensor,
): KeysAndValues {
  const names = attentionNames(prefix, 'EncDecAttention');
  const [key, value] = linearMaps(states, [model.weight(names.key), model.weight(names.value)]);
  return { key, value };
}

/**
 * `x + output(attention(query(norm(x)), keys, values))`.
 *
 * @param x residual stream `[batch, queries, model]`
 * @param mask `[batch, keys]`, 1 for real tokens, or null when nothing is padded
 */
export function crossAttentionLayer(
  model: T5Model,
  prefix: string,
  x: tf.Tensor,
  { key, value }: KeysAndValues,
  mask: tf.Tensor | null,
): tf.Tensor {
  const names = attentionNames(prefix, 'EncDecAttention');
  const { stream, normed } = normBeside(model, names.norm, x);
  const query = linear(normed, model.weight(names.query));
  const { heads } = model.configuration;
  const mixed = attention({ query, key, value, bias: null, mask, heads, causal: false });
  return linear(mixed, model.weight(names.output), stream);
}
