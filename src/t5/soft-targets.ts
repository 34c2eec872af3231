/** What a teacher said of the tokens of a target, in compact form, and padded beside the labels of a batch for the soft loss. */

import * as tf from '@tensorflow/tfjs-core';
import { float16Table } from '../weights/half-precision';

/** A teacher's likeliest tokens at every position of one target, position by position: four bytes a token. */
export interface SoftTargets {
  /** Tokens given for each position. */
  readonly candidates: number;
  /** `[target.length * candidates]`, the likeliest first, no token twice at a position */
  readonly ids: Uint16Array;
  /** Bits of half-precision logits at temperature 1, each less the largest of its position; shaped as the ids. */
  readonly logits: Uint16Array;
}

/** How far the teacher's distribution counts beside the labels. */
export interface SoftLoss {
  /** Lambda, 0 to 1: `(1 - share) CE + share T² KL(teacher || student)`. */
  readonly share: number;
  /** T, above 0: both distributions are softened by it. */
  readonly temperature: number;
}

export interface SoftTargetBatch {
  /** int32 `[batch * length, candidates]` */
  readonly ids: tf.Tensor2D;
  /** float `[batch * length, candidates]` */
  readonly logits: tf.Tensor2D;
}

interface SoftTarget {
  readonly target: readonly number[];
  readonly teacher?: SoftTargets;
}

/**
 * Pads the soft targets of a batch to `length` positions, or null where no pair has any.
 *
 * @throws Error when only some pairs have soft targets, or one has not the expected number of values
 */
export function softTargetBatch(
  pairs: readonly SoftTarget[],
  length: number,
): SoftTargetBatch | null {
  const candidates = pairs.find(({ teacher }) => teacher)?.teacher?.candidates;
  if (candidates === undefined) return null;
  const rows = pairs.length * length;
  // The loss of padding counts for nothing, but its tokens must differ like any others.
  const ids = Int32Array.from({ length: rows * candidates }, (_, index) => index % candidates);
  const logits = new Float32Array(rows * candidates);
  const values = float16Table();
  pairs.forEach(({ target, teacher }, row) => {
    const expected = target.length * candidates;
    if (teacher?.ids.length !== expected || teacher.logits.length !== expected) {
      throw new Error(
        `Soft targets: expected ${expected} teacher ids and logits (${target.length} tokens, ${candidates} candidates each), found ${teacher?.ids.length ?? 'no'} ids and ${teacher?.logits.length ?? 'no'} logits. Compute the teacher's logits of every example with the same number of candidates.`,
      );
    }
    const start = row * length * candidates;
    ids.set(teacher.ids, start);
    teacher.logits.forEach((bits, index) => {
      logits[start + index] = values[bits] ?? 0;
    });
  });
  return {
    ids: tf.tensor2d(ids, [rows, candidates], 'int32'),
    logits: tf.tensor2d(logits, [rows, candidates]),
  };
}
