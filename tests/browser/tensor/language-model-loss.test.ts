/** The language-model loss in WGSL against its composition, in one chunk and in several. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { selectBackend } from '../../../src/tensor/backend';
import { crossEntropy, IGNORED_LABEL } from '../../../src/tensor/cross-entropy';
import { hasKernel } from '../../../src/tensor/fused-kernel';
import {
  inChunks,
  languageModelLoss,
  languageModelLossReference,
  type LanguageModelTargets,
} from '../../../src/tensor/language-model-loss';
import { languageModelScores } from '../../../src/tensor/language-model-scores';
import { chosenCandidates, chosenLabels } from '../../unit/tensor/language-model-cases';
import {
  expectPlainValues,
  expectSameValues,
  normalTensor,
  plainValuesOf,
  valuesOf,
} from './same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

test('is registered', () => {
  expect(hasKernel('LanguageModelLossRows')).toBe(true);
});

type Loss = (states: tf.Tensor, head: tf.Tensor, targets: LanguageModelTargets) => tf.Scalar;

const withGradients =
  (loss: Loss, states: tf.Tensor, head: tf.Tensor, targets: LanguageModelTargets) =>
  (): tf.Tensor[] => {
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
      tf.mul(loss(a, b, targets), 3),
    )([states, head]);
    return [value, ...grads, loss(states, head, targets)];
  };

interface Case {
  readonly rows: number;
  readonly model: number;
  readonly vocabulary: number;
  readonly candidates: number;
}

const CASES: readonly Case[] = [
  { rows: 1, model: 3, vocabulary: 5, candidates: 2 },
  { rows: 7, model: 12, vocabulary: 255, candidates: 255 },
  { rows: 5, model: 8, vocabulary: 256, candidates: 1 },
  { rows: 9, model: 17, vocabulary: 257, candidates: 300 % 257 },
  { rows: 260, model: 6, vocabulary: 19, candidates: 4 },
  { rows: 4, model: 33, vocabulary: 1027, candidates: 64 },
];

test.each(CASES)('of %j', async ({ rows, model, vocabulary, candidates }) => {
  const random = new Random(rows * 7 + vocabulary);
  const states = normalTensor(random, [rows, model]);
  const head = normalTensor(random, [vocabulary, model]);
  const labels = tf.tensor1d(chosenLabels(random, rows, vocabulary), 'int32');
  const weights = tf.tensor1d(Array.from({ length: rows }, () => 3 * random.next()));
  const targets = { labels, weights };
  const teacher = {
    ids: tf.tensor2d(
      chosenCandidates(random, rows, vocabulary, candidates),
      [rows, candidates],
      'int32',
    ),
    logits: normalTensor(random, [rows, candidates], 2),
    temperature: 2,
    share: 0.3,
  };
  const variants: LanguageModelTargets[] = [
    { ...targets, totalWeight: 12.5 },
    targets,
    { ...targets, teacher },
    { ...targets, teacher: { ...teacher, temperature: 0.7, share: 1 } },
  ];
  // Many rows are there for the weights alone.
  const given = rows > 100 ? variants.slice(0, 2) : variants;
  const ofAll = (loss: Loss) => (): tf.Tensor[] =>
    given.flatMap((each) => withGradients(loss, states, head, each)());
  await expectPlainValues(ofAll(languageModelLoss), ofAll(languageModelLossReference), 3e-5);
  const chunked = (chunkRows: number) => (): tf.Tensor[] => {
    const { loss, gradients } = inChunks(states, head, { ...targets, teacher }, chunkRows, true);
    return [loss, ...gradients];
  };
  const chunkRows = Math.ceil(rows / 3);
  await expectSameValues(chunked(chunkRows), chunked(rows), 1e-5);
  tf.dispose([states, head, labels, weights, teacher.ids, teacher.logits]);
});

test.each(CASES)('scores of %j', async ({ rows, model, vocabulary }) => {
  const random = new Random(rows + vocabulary);
  const states = normalTensor(random, [rows, model]);
  const head = normalTensor(random, [vocabulary, model]);
  const [best] = await plainValuesOf(() => [tf.argMax(tf.matMul(states, head, false, true), -1)]);
  // Half of the labels are the first choice.
  const chosen = chosenLabels(random, rows, vocabulary).map((label, row) =>
    row % 2 === 0 ? (best?.values[row] ?? label) : label,
  );
  const labels = tf.tensor1d(chosen, 'int32');
  const scores = (chunkRows: number): tf.Tensor[] => {
    const { losses, correct } = languageModelScores(states, head, labels, chunkRows);
    return [losses, correct];
  };
  const reference = (): tf.Tensor[] => {
    const logits = tf.matMul(states, head, false, true);
    const best = tf.cast(tf.argMax(logits, -1), 'int32');
    return [crossEntropy(logits, labels), tf.cast(tf.equal(best, labels), 'float32')];
  };
  await expectPlainValues(
    () => [...scores(rows), ...scores(Math.ceil(rows / 3))],
    () => [...reference(), ...reference()],
    3e-5,
  );
  tf.dispose([states, head, labels]);
});

test('of equal logits the first one is the choice', async () => {
  const states = tf.ones([2, 1]);
  const head = tf.tensor2d([1, 5, 2, 5], [4, 1]);
  const labels = tf.tensor1d([1, 3], 'int32');
  const results = await valuesOf(() => [languageModelScores(states, head, labels).correct]);
  expect([...(results[0]?.values ?? [])]).toEqual([1, 0]);
  tf.dispose([states, head, labels]);
});

test('rows without a label cost nothing, all of them ignored give zero', async () => {
  const random = new Random(1);
  const states = normalTensor(random, [3, 4]);
  const head = normalTensor(random, [6, 4]);
  const labels = tf.fill<tf.Rank.R1>([3], IGNORED_LABEL, 'int32');
  const weights = tf.ones([3]);
  const results = await valuesOf(
    withGradients(languageModelLoss, states, head, { labels, weights }),
  );
  for (const { values } of results) expect(values.every((value) => value === 0)).toBe(true);
  tf.dispose([states, head, labels, weights]);
});

test.each([Number.NaN, Infinity, -Infinity])('a state of %f shows in the loss', async (strange) => {
  const states = tf.tensor2d([1, 2, strange, 4], [2, 2]);
  const head = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const labels = tf.tensor1d([1, 0], 'int32');
  const weights = tf.ones([2]);
  const [value] = await valuesOf(
    withGradients(languageModelLoss, states, head, { labels, weights }),
  );
  expect(value?.values[0]).toBeNaN();
  tf.dispose([states, head, labels, weights]);
});

test('one logit of minus infinity shows in the loss, though it would weigh nothing', async () => {
  const states = tf.ones([1, 1]);
  const head = tf.tensor2d([1, -Infinity, 2], [3, 1]);
  const labels = tf.tensor1d([0], 'int32');
  const weights = tf.ones([1]);
  const [value] = await valuesOf(() => [languageModelLoss(states, head, { labels, weights })]);
  expect(value?.values[0]).toBeNaN();
  tf.dispose([states, head, labels, weights]);
});

test('logits far apart neither overflow nor vanish', async () => {
  const states = tf.tensor2d([1], [1, 1]);
  const head = tf.tensor2d([1000, 0, -1000, 500], [4, 1]);
  const labels = tf.tensor1d([2], 'int32');
  const weights = tf.ones([1]);
  const [value] = await valuesOf(() => [languageModelLoss(states, head, { labels, weights })]);
  expect([...(value?.values ?? [])]).toEqual([2000]);
  tf.dispose([states, head, labels, weights]);
});

test('two computations give the same bits', async () => {
  const random = new Random(8);
  const states = normalTensor(random, [33, 12]);
  const head = normalTensor(random, [515, 12]);
  const labels = tf.tensor1d(chosenLabels(random, 33, 515), 'int32');
  const weights = tf.ones([33]);
  const compute = withGradients(languageModelLoss, states, head, { labels, weights });
  expect(await valuesOf(compute)).toEqual(await valuesOf(compute));
  tf.dispose([states, head, labels, weights]);
});
