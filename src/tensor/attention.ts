/** Multi-head attention as T5 has it: no scaling, an additive position bias, padding and causal masks. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient } from './fused-kernel';

/** Added to the scores of masked keys: finite, so that an all-masked row stays finite too. */
const MASKED = -1e9;

export interface AttentionInputs {
  /** `[batch, queries, heads * keyValue]` */
  readonly query: tf.Tensor;
  /** `[batch, keys, heads * keyValue]` */
  readonly key: tf.Tensor;
  /** `[batch, keys, heads * keyValue]` */
  readonly value: tf.Tensor;
  /** Position bias `[heads, queries, keys]`, or null for none. */
  readonly bias: tf.Tensor | null;
  /** `[batch, keys]` float, 1 where a key may be seen and 0 where it is padding; null when all may. */
  readonly mask: tf.Tensor | null;
  readonly heads: number;
  /** Hides keys after the query's own position; queries and keys are then equally many. */
  readonly causal: boolean;
}

/**
 * `softmax(Q·Kᵀ + bias + masks)·V` for every head.
 *
 * @returns `[batch, queries, heads * keyValue]`
 */
export function attentionReference(inputs: AttentionInputs): tf.Tensor {
  const { heads } = inputs;
  const [batch = 0, queries = 0, inner = 0] = inputs.query.shape;
  const keys = inputs.key.shape[1] ?? 0;
  const split = (x: tf.Tensor, length: number) =>
    tf.transpose(tf.reshape(x, [batch, length, heads, inner / heads]), [0, 2, 1, 3]);
  let scores = tf.matMul(split(inputs.query, queries), split(inputs.key, keys), false, true);
  if (inputs.bias) scores = tf.add(scores, inputs.bias);
  if (inputs.mask) {
    const penalty = tf.mul(tf.sub(1, inputs.mask), MASKED);
    scores = tf.add(scores, tf.reshape(penalty, [batch, 1, 1, keys]));
  }
  if (inputs.causal) {
    const visible = tf.linalg.bandPart(tf.ones([queries, keys]), -1, 0);
    scores = tf.add(scores, tf.mul(tf.sub(1, visible), MASKED));
  }
  const mixed = tf.matMul(tf.softmax(scores), split(inputs.value, keys));
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, queries, inner]);
}

/**
 * As {@link attentionReference}, in one kernel each way where the backend has them.
 *
 * @returns `[batch, queries, heads * keyValue]`
 * @throws when the shapes do not fit each other.
 */
export function attention(inputs: AttentionInputs): tf.Tensor {
  checkShapes(inputs);
  return hasKernel('FusedAttention') ? fusedAttention(inputs) : attentionReference(inputs);
}

/**
 * A backend's forward kernel gives the output and one tensor of its own choice, from which, beside the
 * inputs and the output, its gradient kernel works: it gets it back as `kept`.
 */
function fusedAttention(inputs: AttentionInputs): tf.Tensor {
  const { query, key, value, heads, causal } = inputs;
  const optional: Readonly<Record<string, tf.Tensor>> = {
    ...(inputs.bias ? { bias: inputs.bias } : {}),
    ...(inputs.mask ? { mask: inputs.mask } : {}),
  };
  return withGradient(
    inputs.bias ? [query, key, value, inputs.bias] : [query, key, value],
    () => {
      const given = { query, key, value, ...optional };
      const outputs = runKernel('FusedAttention', given, { heads, causal });
      const output = outputAt(outputs, 0);
      const rest = [output, outputAt(outputs, 1), ...Object.values(optional)];
      return { value: output, kept: [query, key, value, ...rest] };
    },
    (gradient, kept) => {
      const names = ['query', 'key', 'value', 'output', 'kept', ...Object.keys(optional)];
      const tensors = names.map((name, index): [string, tf.Tensor] => [
        name,
        outputAt(kept, index),
      ]);
      const given = { gradient, ...Object.fromEntries(tensors) };
      return runKernel('FusedAttentionGradient', given, { heads, causal });
    },
  );
}

function checkShapes({ query, key, value, bias, mask, heads, causal }: AttentionInputs): void {
  const [batch = 0, queries = 0, inner = 0] = query.shape;
  const keys = key.shape[1] ?? 0;
  const expected: [string, tf.Tensor | null, number[]][] = [
    ['query', query, [batch, queries, inner]],
    ['key', key, [batch, keys, inner]],
    ['value', value, [batch, keys, inner]],
    ['bias', bias, [heads, queries, keys]],
    ['mask', mask, [batch, keys]],
  ];
  for (const [name, tensor, shape] of expected) {
    if (tensor && !tf.util.arraysEqual(tensor.shape, shape)) {
      throw new Error(
        `attention: expected ${name} of shape [${shape.join(', ')}] beside a query of shape [${query.shape.join(', ')}] and ${heads} heads, found [${tensor.shape.join(', ')}].`,
      );
    }
  }
  if (inner % heads !== 0) {
    throw new Error(
      `attention: expected the inner size to be a multiple of ${heads} heads, found ${inner}.`,
    );
  }
  if (causal && queries !== keys) {
    throw new Error(
      `attention: expected as many keys as queries for the causal form, found ${keys} and ${queries}; decode with causal false.`,
    );
  }
}
