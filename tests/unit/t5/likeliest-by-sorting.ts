/** What a teacher says of given targets, found the slow way: all logits, sorted one position after the other. */

import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { disposeBatch, sequenceBatch, type SequencePair } from '../../../src/t5/batch';
import { batchLogits } from '../../../src/t5/loss';
import type { T5Model } from '../../../src/t5/model';
import { teacherLogits } from '../../../src/t5/teacher-logits';
import { decodeFloat16 } from '../../../src/weights/half-precision';

interface Position {
  readonly ids: number[];
  readonly logits: number[];
}

async function bySorting(
  teacher: T5Model,
  pairs: readonly SequencePair[],
  candidates: number,
  vocabulary: number,
): Promise<Position[][]> {
  const batch = sequenceBatch(pairs, teacher.configuration);
  const [, length] = batch.decoderIds.shape;
  const logits = batchLogits(teacher, batch);
  const rows = await logits.array();
  logits.dispose();
  disposeBatch(batch);
  return pairs.map(({ target }, row) =>
    target.map((_, position) => {
      const known = (rows[row * length + position] ?? []).slice(0, vocabulary);
      const ids = known
        .map((_value, id) => id)
        .sort((first, second) => known[second]! - known[first]!)
        .slice(0, candidates);
      const best = known[ids[0]!]!;
      return { ids, logits: ids.map((id) => known[id]! - best) };
    }),
  );
}

/** Asks and compares; logits are as near as half precision allows. */
export async function expectSortedLogits(
  teacher: T5Model,
  pairs: readonly SequencePair[],
  candidates: number,
  vocabulary: number,
): Promise<void> {
  const before = tf.memory().numTensors;
  const found = await teacherLogits(teacher, pairs, { candidates, vocabulary });
  expect(tf.memory().numTensors).toBe(before);
  expect(found).toHaveLength(pairs.length);
  const sorted = await bySorting(teacher, pairs, candidates, vocabulary);
  for (const [index, expected] of sorted.entries()) {
    const kept = Math.min(candidates, vocabulary);
    const { candidates: given, ids, logits } = found[index]!;
    expect(given).toBe(kept);
    expect([...ids]).toEqual(expected.flatMap((position) => position.ids));
    const values = expected.flatMap((position) => position.logits);
    decodeFloat16(logits).forEach((value, place) => {
      expect(Math.abs(value - values[place]!)).toBeLessThan(1e-3 * Math.abs(values[place]!) + 1e-4);
    });
  }
}
