/** The order of training examples: every one at most once an epoch, repeatable, and readable from any update. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { BatchOrder } from '../../../src/distill/batch-order';

const cases = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 300 }),
  batchSize: fc.integer({ min: 1, max: 24 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  epoch: fc.integer({ min: 0, max: 5 }),
});

const epochOf = (order: BatchOrder, epoch: number): (readonly number[])[] =>
  Array.from({ length: order.batchesPerEpoch }, (_, index) =>
    order.batch(epoch * order.batchesPerEpoch + index),
  );

test('an epoch uses every example at most once, and all but the remainder', () => {
  fc.assert(
    fc.property(cases, ({ lengths, batchSize, seed, epoch }) => {
      const order = new BatchOrder(lengths, batchSize, seed);
      const size = Math.min(batchSize, lengths.length);
      const batches = epochOf(order, epoch);
      expect(batches).toHaveLength(Math.floor(lengths.length / size));
      for (const batch of batches) expect(batch).toHaveLength(size);
      const used = batches.flat();
      expect(new Set(used).size).toBe(used.length);
      expect(used.length).toBe(lengths.length - (lengths.length % size));
      for (const index of used) expect(lengths[index]).toBeDefined();
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('any update can be asked for, in any order', () => {
  fc.assert(
    fc.property(cases, fc.array(fc.nat(400), { maxLength: 20 }), (given, updates) => {
      const { lengths, batchSize, seed } = given;
      const sequential = new BatchOrder(lengths, batchSize, seed);
      const expected = Array.from({ length: 401 }, (_, update) => sequential.batch(update));
      const jumping = new BatchOrder(lengths, batchSize, seed);
      for (const update of updates) expect(jumping.batch(update)).toEqual(expected[update]);
    }),
    { numRuns: 30, seed: 2 },
  );
});

describe('with examples of many lengths', () => {
  const random = new Random(3);
  const lengths = Array.from({ length: 1000 }, () => random.integer(5, 100));
  const order = new BatchOrder(lengths, 16, 7);

  test('epochs and seeds differ from each other', () => {
    expect(epochOf(order, 1)).not.toEqual(epochOf(order, 0));
    expect(epochOf(new BatchOrder(lengths, 16, 8), 0)).not.toEqual(epochOf(order, 0));
  });

  test('the examples left out change with the epoch', () => {
    const leftOut = [0, 1, 2].map((epoch) => {
      const used = new Set(epochOf(order, epoch).flat());
      return lengths.flatMap((_, index) => (used.has(index) ? [] : [index]));
    });
    expect(leftOut[0]).toHaveLength(1000 % 16);
    expect(leftOut[1]).not.toEqual(leftOut[0]);
    expect(leftOut[2]).not.toEqual(leftOut[1]);
  });

  test('a batch holds similar lengths, and batches come in no order of length', () => {
    const batches = epochOf(order, 0).map((batch) => batch.map((index) => lengths[index]!));
    const padded = batches.reduce((sum, batch) => sum + Math.max(...batch) * batch.length, 0);
    const needed = batches.flat().reduce((sum, length) => sum + length, 0);
    expect(padded / needed).toBeLessThan(1.15);
    const longest = batches.map((batch) => Math.max(...batch));
    const rises = longest.slice(1).filter((length, index) => length > longest[index]!).length;
    expect(rises / longest.length).toBeGreaterThan(0.3);
    expect(rises / longest.length).toBeLessThan(0.7);
  });
});

test('no examples are refused', () => {
  expect(() => new BatchOrder([], 4, 1)).toThrow('at least one training example');
});
