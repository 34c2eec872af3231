/** Attention of one new token over the keys and values of the tokens before it, which are kept in place. */

import * as tf from '@tensorflow/tfjs-core';
import { attention } from './attention';
import { hasKernel, outputAt, runKernel } from './fused-kernel';

export interface CachedAttentionInputs {
  /** Of the new token, as `key` and `value`: `[batch, 1, heads * keyValue]` */
  readonly query: tf.Tensor;
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
  /** Of the tokens before: `[batch, capacity, heads * keyValue]`, those from `position` on undefined. */
  readonly keys: tf.Tensor;
  readonly values: tf.Tensor;
  /**
   * Position bias of the last of so many tokens, `[heads, 1, tokens]`: an earlier token's is its end,
   * because only the distance counts.
   */
  readonly bias: tf.Tensor;
  readonly heads: number;
  /** Place of the new token, counted from 0. */
  readonly position: number;
}

/** Whether the current backend keeps keys and values in place. */
export function canCacheInPlace(): boolean {
  return hasKernel('CachedAttention');
}

/** As {@link cachedAttention} by stock operations; it leaves the cache as it is. */
export function cachedAttentionReference(inputs: CachedAttentionInputs): tf.Tensor {
  const { query, position, heads } = inputs;
  const [batch = 0, , inner = 0] = query.shape;
  const tokens = inputs.bias.shape[2] ?? 0;
  const whole = (cache: tf.Tensor, added: tf.Tensor): tf.Tensor =>
    position === 0
      ? added
      : tf.concat([tf.slice(cache, [0, 0, 0], [batch, position, inner]), added], 1);
  return attention({
    query,
    key: whole(inputs.keys, inputs.key),
    value: whole(inputs.values, inputs.value),
    bias: tf.slice(inputs.bias, [0, 0, tokens - 1 - position], [heads, 1, position + 1]),
    mask: null,
    heads,
    causal: false,
  });
}

/**
 * Attention of the new token over itself and the tokens before; its key and value are written into
 * `keys` and `values` at its position.
 *
 * @returns `[batch, 1, heads * keyValue]`
 * @throws Error when shapes or position do not fit each other
 */
export function cachedAttention(inputs: CachedAttentionInputs): tf.Tensor {
  const { query, key, value, keys, values, bias, heads, position } = inputs;
  const [batch = 0, queries, inner = 0] = query.shape;
  const capacity = keys.shape[1] ?? 0;
  const tokens = bias.shape[2] ?? 0;
  const fits =
    queries === 1 &&
    inner % heads === 0 &&
    [key, value].every((x) => tf.util.arraysEqual(x.shape, query.shape)) &&
    [keys, values].every((x) => tf.util.arraysEqual(x.shape, [batch, capacity, inner])) &&
    bias.shape[0] === heads;
  if (!fits || position >= Math.min(capacity, tokens)) {
    throw new Error(
      `cachedAttention: expected a token [batch, 1, inner], caches [batch, capacity, inner] and a bias [${heads}, 1, tokens] with room for position ${position}, found [${query.shape.join(', ')}], [${keys.shape.join(', ')}] and [${bias.shape.join(', ')}].`,
    );
  }
  const given = { query, key, value, keys, values, bias };
  return outputAt(runKernel('CachedAttention', given, { heads, position }), 0);
}
