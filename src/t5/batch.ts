/** Token lists padded into the rectangular arrays the model takes. */

import * as tf from '@tensorflow/tfjs-core';
import { IGNORED_LABEL } from '../tensor/cross-entropy';
import type { T5Configuration } from './configuration';
import { softTargetBatch, type SoftTargetBatch, type SoftTargets } from './soft-targets';

/** Lengths are rounded up to a multiple of this, so that few different shapes occur. */
const LENGTH_BUCKET = 8;

/**
 * On WebGPU shapes have to repeat: its pool of buffers uses those of exactly equal size again and never
 * frees one. Up to four times as many tokens, steps of this; beyond, of twice as many.
 */
const WEBGPU_LENGTH_BUCKET = 16;

/** The padded length of a batch whose longest sequence has so many tokens; the padding is masked. */
export function bucketLength(length: number): number {
  if (tf.getBackend() !== 'webgpu') return roundedUp(length, LENGTH_BUCKET);
  const long = length > 4 * WEBGPU_LENGTH_BUCKET;
  return roundedUp(length, long ? 2 * WEBGPU_LENGTH_BUCKET : WEBGPU_LENGTH_BUCKET);
}

const roundedUp = (length: number, multiple: number): number =>
  Math.max(multiple, Math.ceil(length / multiple) * multiple);

/** One training or scoring pair; the target ends with the end token. */
export interface SequencePair {
  readonly input: readonly number[];
  readonly target: readonly number[];
  /** Weight of each target token in the loss; all 1 when absent. */
  readonly weights?: readonly number[];
  /** What a teacher of the same vocabulary said of the target, for the soft loss. */
  readonly teacher?: SoftTargets;
}

export interface EncoderBatch {
  /** int32 `[batch, length]`, padded on the right */
  readonly ids: tf.Tensor2D;
  /** float `[batch, length]`, 1 for tokens, 0 for padding */
  readonly mask: tf.Tensor2D;
}

export interface SequenceBatch extends EncoderBatch {
  /** Labels shifted right behind the start token, int32 `[batch, targetLength]` */
  readonly decoderIds: tf.Tensor2D;
  /** int32 `[batch * targetLength]`, {@link IGNORED_LABEL} on padding */
  readonly labels: tf.Tensor1D;
  /** float `[batch * targetLength]`, 0 on padding */
  readonly weights: tf.Tensor1D;
  /** Null where no pair has any. */
  readonly teacher: SoftTargetBatch | null;
  /** Target tokens that count, end tokens included. */
  readonly targetTokens: number;
}

/** Pads encoder inputs. The caller disposes of the tensors, or calls it inside a tidy. */
export function encoderBatch(
  inputs: readonly (readonly number[])[],
  configuration: T5Configuration,
): EncoderBatch {
  const length = bucketLength(Math.max(...inputs.map((input) => input.length)));
  const ids = new Int32Array(inputs.length * length).fill(configuration.padId);
  const mask = new Float32Array(inputs.length * length);
  inputs.forEach((input, row) => {
    ids.set(input, row * length);
    mask.fill(1, row * length, row * length + input.length);
  });
  return {
    ids: tf.tensor2d(ids, [inputs.length, length], 'int32'),
    mask: tf.tensor2d(mask, [inputs.length, length]),
  };
}

/** Pads inputs and targets of a batch of pairs. Disposal as in {@link encoderBatch}. */
export function sequenceBatch(
  pairs: readonly SequencePair[],
  configuration: T5Configuration,
): SequenceBatch {
  const length = bucketLength(Math.max(...pairs.map(({ target }) => target.length)));
  const decoderIds = new Int32Array(pairs.length * length).fill(configuration.padId);
  const labels = new Int32Array(pairs.length * length).fill(IGNORED_LABEL);
  const weights = new Float32Array(pairs.length * length);
  let targetTokens = 0;
  pairs.forEach(({ target, weights: given }, row) => {
    if (given && given.length !== target.length) {
      throw new Error(
        `Training pair: expected ${target.length} token weights, one a target token, found ${given.length}.`,
      );
    }
    const start = row * length;
    decoderIds[start] = configuration.decoderStartId;
    decoderIds.set(target.slice(0, -1), start + 1);
    labels.set(target, start);
    weights.set(given ?? new Array<number>(target.length).fill(1), start);
    targetTokens += target.length;
  });
  const inputs = pairs.map(({ input }) => input);
  return {
    ...encoderBatch(inputs, configuration),
    decoderIds: tf.tensor2d(decoderIds, [pairs.length, length], 'int32'),
    labels: tf.tensor1d(labels, 'int32'),
    weights: tf.tensor1d(weights),
    teacher: softTargetBatch(pairs, length),
    targetTokens,
  };
}

/** All tensors of a batch, in an order that depends on nothing but whether it has soft targets. */
export function batchTensors(batch: SequenceBatch): tf.Tensor[] {
  const { ids, mask, decoderIds, labels, weights, teacher } = batch;
  return [
    ids,
    mask,
    decoderIds,
    labels,
    weights,
    ...(teacher ? [teacher.ids, teacher.logits] : []),
  ];
}

/** Frees the tensors of a batch. */
export function disposeBatch(batch: SequenceBatch): void {
  tf.dispose(batchTensors(batch));
}

/** The weights of all target tokens together: what the mean loss of a batch is divided by. */
export function totalWeight(pairs: readonly SequencePair[]): number {
  const sum = pairs.reduce(
    (total, { target, weights }) =>
      total + (weights?.reduce((own, weight) => own + weight, 0) ?? target.length),
    0,
  );
  return Math.max(sum, 1e-12);
}

/** The pairs with their weights as shares of the weight of a whole batch: their losses are then its parts. */
export function withShares(pairs: readonly SequencePair[], weight: number): SequencePair[] {
  return pairs.map((pair) => ({
    ...pair,
    weights: pair.target.map((_, token) => (pair.weights?.[token] ?? 1) / weight),
  }));
}
