/** The language-model loss in chunks against its composition, closed forms and finite differences, on wasm and cpu. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { IGNORED_LABEL } from '../../../src/tensor/cross-entropy';
import {
  inChunks,
  languageModelLoss,
  languageModelLossReference,
  rowsOfChunk,
  type LanguageModelTargets,
} from '../../../src/tensor/language-model-loss';
import { distillationLoss, weightedCrossEntropy } from '../../../src/t5/loss';
import { expectClose, expectSameAsCpu, normalValues, startWasm } from './backends';
import { chosenCandidates, chosenLabels } from './language-model-cases';

beforeAll(async () => {
  await startWasm();
});

beforeEach(async () => {
  await tf.setBackend('wasm');
});

function problem(rows: number, model: number, vocabulary: number, candidates: number) {
  const random = new Random(rows + vocabulary);
  const states = normalValues(random, rows * model);
  const head = normalValues(random, vocabulary * model);
  const labels = chosenLabels(random, rows, vocabulary);
  const weights = normalValues(random, rows).map(Math.abs);
  const ids = chosenCandidates(random, rows, vocabulary, candidates);
  const logits = normalValues(random, rows * candidates, 2);
  return () => ({
    states: tf.tensor2d(states, [rows, model]),
    head: tf.tensor2d(head, [vocabulary, model]),
    targets: {
      labels: tf.tensor1d(labels, 'int32'),
      weights: tf.tensor1d(weights),
      teacher: {
        ids: tf.tensor2d(ids, [rows, candidates], 'int32'),
        logits: tf.tensor2d(logits, [rows, candidates]),
        temperature: 2,
        share: 0.3,
      },
    },
  });
}

function referenceGradients(states: tf.Tensor, head: tf.Tensor, targets: LanguageModelTargets) {
  const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
    languageModelLossReference(a, b, targets),
  )([states, head]);
  return [value, ...grads];
}

test.each([
  [1, 3, 5, 2, 1],
  [7, 5, 19, 19, 3],
  [8, 4, 33, 6, 2],
  [13, 6, 7, 1, 5],
])('%i rows of %i over %i words, %i candidates, by %i', async (...sizes) => {
  const [rows, model, vocabulary, candidates, chunkRows] = sizes;
  const make = problem(rows, model, vocabulary, candidates);
  for (const withTeacher of [true, false]) {
    const given = () => {
      const { states, head, targets } = make();
      const { labels, weights } = targets;
      return { states, head, targets: withTeacher ? targets : { labels, weights } };
    };
    await expectSameAsCpu(
      () => {
        const { states, head, targets } = given();
        const { loss, gradients } = inChunks(states, head, targets, chunkRows, true);
        return [loss, ...gradients];
      },
      () => {
        const { states, head, targets } = given();
        return referenceGradients(states, head, targets);
      },
    );
  }
});

test('with every token a candidate, it is the distillation loss', () => {
  const { states, head, targets } = problem(6, 4, 11, 11)();
  const { labels, weights, teacher } = targets;
  const dense = tf.tidy(() => {
    const hot = tf.oneHot(teacher.ids, 11);
    return tf.sum(tf.mul(hot, tf.expandDims(teacher.logits, 2)), 1);
  });
  const logits = tf.matMul(states, head, false, true);
  const hard = weightedCrossEntropy(logits, labels, weights).dataSync()[0] ?? NaN;
  const soft = distillationLoss(logits, dense, labels, weights, 2).dataSync()[0] ?? NaN;
  expectClose(
    [...languageModelLoss(states, head, targets).dataSync()],
    [0.7 * hard + 0.3 * soft],
    1e-5,
  );
});

test('the gradient in chunks agrees with finite differences', () => {
  const { states, head, targets } = problem(3, 2, 4, 2)();
  const { gradients } = inChunks(states, head, targets, 2, true);
  const values = [...states.dataSync()];
  const step = 1e-2;
  const lossAt = (changed: number[]): number =>
    languageModelLossReference(tf.tensor2d(changed, [3, 2]), head, targets).dataSync()[0] ?? NaN;
  const numeric = values.map((_, index) => {
    const moved = (by: number) => values.map((x, other) => (other === index ? x + by : x));
    return (lossAt(moved(step)) - lossAt(moved(-step))) / (2 * step);
  });
  expectClose([...(gradients[0]?.dataSync() ?? [])], numeric, 1e-3);
});

test('parts of a batch with its total weight sum to its loss', () => {
  const { states, head, targets } = problem(8, 4, 9, 3)();
  const { labels, weights } = targets;
  const whole = languageModelLoss(states, head, { labels, weights }).dataSync()[0] ?? NaN;
  const seen = tf.mul(weights, tf.cast(tf.notEqual(labels, IGNORED_LABEL), 'float32'));
  const [totalWeight = NaN] = tf.sum(seen).dataSync();
  const parts = [0, 1].map((part) => {
    const [start, count] = [part * 3, part === 0 ? 3 : 5];
    const own = {
      labels: tf.slice(labels, [start], [count]),
      weights: tf.slice(weights, [start], [count]),
      totalWeight,
    };
    return languageModelLoss(tf.slice(states, [start, 0], [count, 4]), head, own).dataSync()[0]!;
  });
  expectClose([parts[0]! + parts[1]!], [whole], 1e-6);
});

describe('chunks', () => {
  test.each([
    [1536, 32_128, 512],
    [1537, 32_128, 513],
    [522, 32_128, 522],
    [1, 2_000_000_000, 1],
    [3, 50_000_000, 1],
    [8, 600, 8],
  ])('of %i rows over %i words have %i rows', (rows, vocabulary, expected) => {
    expect(rowsOfChunk(rows, vocabulary)).toBe(expected);
  });
});

test('targets that do not fit are named', () => {
  const { states, head, targets } = problem(3, 2, 4, 2)();
  const { labels, weights, teacher } = targets;
  const wrong: [LanguageModelTargets, RegExp][] = [
    [{ labels: tf.zeros([3]), weights }, /int32 labels and weights of 3 rows, found float32/],
    [{ labels, weights: tf.zeros([2]) }, /found int32 \[3\] and \[2\]/],
    [{ labels, weights, teacher: { ...teacher, ids: tf.zeros([3, 2]) } }, /teacher's int32 ids/],
    [{ labels, weights, teacher: { ...teacher, ids: tf.zeros([3, 1], 'int32') } }, /Shapes/],
  ];
  for (const [given, sentence] of wrong) {
    expect(() => languageModelLoss(states, head, given)).toThrow(sentence);
  }
});
