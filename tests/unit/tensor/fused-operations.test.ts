/** Normalisation, gated GELU, cross-entropy and embedding on wasm against their compositions on the cpu backend. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import {
  crossEntropy,
  crossEntropyReference,
  IGNORED_LABEL,
} from '../../../src/tensor/cross-entropy';
import { embedding } from '../../../src/tensor/embedding';
import { withGradients } from '../../../src/tensor/fused-kernel';
import { gatedGelu, gatedGeluReference } from '../../../src/tensor/gated-gelu';
import { rmsNorm, rmsNormReference } from '../../../src/tensor/rms-norm';
import { expectClose, expectSameAsCpu, normalValues, startWasm } from './backends';

beforeAll(async () => {
  await startWasm();
});

beforeEach(async () => {
  await tf.setBackend('wasm');
});

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The output, and the gradients of its sum weighted with reproducible random weights. */
function valueAndGradients(operation: Operation, inputs: tf.Tensor[]): tf.Tensor[] {
  const output = operation(...inputs);
  const weights = tf.tensor(normalValues(new Random(99), output.size), output.shape);
  const loss: Operation = (...values) => tf.sum(tf.mul(operation(...values), weights));
  return [output, ...tf.grads(loss)(inputs)];
}

async function expectParity(
  operation: Operation,
  reference: Operation,
  inputs: () => tf.Tensor[],
  tolerance?: number,
): Promise<void> {
  await expectSameAsCpu(
    () => valueAndGradients(operation, inputs()),
    () => valueAndGradients(reference, inputs()),
    tolerance,
  );
}

describe('an operation of several values', () => {
  /** Square and cube with one gradient; each value multiplied by its number. */
  const powers = (x: tf.Tensor): tf.Tensor[] =>
    withGradients(
      [x],
      () => ({ values: [tf.square(x), tf.pow(x, 3)], kept: [x] }),
      ([ofSquare, ofCube], [kept]) => {
        const base = given(kept);
        const square = tf.mul(given(ofSquare), tf.mul(2, base));
        return [tf.add(square, tf.mul(given(ofCube), tf.mul(3, tf.square(base))))];
      },
    );

  test('gets the gradients of all of them at once, and leaves no tensor behind', () => {
    const x = tf.tensor1d([1, -2, 3]);
    const before = tf.memory().numTensors;
    const gradient = tf.grad((input: tf.Tensor) => {
      const [square, cube] = powers(input);
      return tf.sum(tf.add(given(square), tf.mul(10, given(cube))));
    })(x);
    expect([...gradient.dataSync()]).toEqual([2 + 30, -4 + 120, 6 + 270]);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('takes zeros for the gradient of a value that nothing depends on', () => {
    const gradient = tf.grad((input: tf.Tensor) => tf.sum(given(powers(input)[1])))(
      tf.tensor1d([2]),
    );
    expect([...gradient.dataSync()]).toEqual([12]);
  });
});

describe('rmsNorm', () => {
  test.each([[[1, 1]], [[1, 64]], [[5, 3]], [[2, 7, 13]], [[3, 4]], [[2, 33, 128]]])(
    'of %j',
    async (shape) => {
      const random = new Random(3);
      const x = normalValues(random, tf.util.sizeFromShape(shape), 2);
      const weight = normalValues(random, shape.at(-1) ?? 0);
      await expectParity(
        (a, w) => rmsNorm(given(a), given(w), 1e-6),
        (a, w) => rmsNormReference(given(a), given(w), 1e-6),
        () => [tf.tensor(x, shape), tf.tensor1d(weight)],
      );
    },
  );

  test('a row of zeros stays finite', () => {
    const [value, gradient] = valueAndGradients(
      (x, weight) => rmsNorm(given(x), given(weight), 1e-6),
      [tf.zeros([1, 5]), tf.ones([5])],
    );
    expect([...given(value).dataSync()]).toEqual([0, 0, 0, 0, 0]);
    expect([...given(gradient).dataSync()].every(Number.isFinite)).toBe(true);
  });

  test('a weight of another size is named', () => {
    expect(() => rmsNorm(tf.zeros([2, 4]), tf.zeros([5]), 1e-6)).toThrow(
      /shape \[4\].*found \[5\]/,
    );
  });
});

describe('gatedGelu', () => {
  test.each([1, 2, 3, 4, 5, 64, 1023])('of %i values', async (size) => {
    const random = new Random(size);
    const gate = normalValues(random, size, 3);
    const up = normalValues(random, size);
    await expectParity(
      (a, b) => gatedGelu(given(a), given(b)),
      (a, b) => gatedGeluReference(given(a), given(b)),
      () => [tf.tensor1d(gate), tf.tensor1d(up)],
    );
  });

  test('is exact where it saturates', () => {
    const gates = tf.tensor1d([-100, -20, 20, 100, 0]);
    const [value, ofGate] = valueAndGradients(
      (gate, up) => gatedGelu(given(gate), given(up)),
      [gates, tf.ones([5])],
    );
    expectClose([...given(value).dataSync()], [0, 0, 20, 100, 0], 1e-7);
    expect([...given(ofGate).dataSync()].every(Number.isFinite)).toBe(true);
  });

  test('agrees with double precision to a few units in the last place', () => {
    const x = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 200);
    const values = gatedGelu(tf.tensor1d(x), tf.ones([x.length])).dataSync();
    const expected = x.map((value) => {
      const single = Math.fround(value);
      const inner = Math.sqrt(2 / Math.PI) * (single + 0.044715 * single ** 3);
      return single / (1 + Math.exp(-2 * inner));
    });
    expectClose([...values], expected, 4e-7);
  });
});

describe('crossEntropy', () => {
  test.each([
    [1, 2],
    [1, 5],
    [7, 3],
    [9, 600],
    [4, 1027],
  ])('of %i rows over %i words', async (rows, vocabulary) => {
    const random = new Random(rows + vocabulary);
    const logits = normalValues(random, rows * vocabulary, 4);
    const labels = Array.from({ length: rows }, (_, row) =>
      row % 4 === 3 ? IGNORED_LABEL : random.integer(0, vocabulary - 1),
    );
    const operation =
      (entropy: typeof crossEntropy): Operation =>
      (x) =>
        entropy(given(x), tf.tensor1d(labels, 'int32'));
    await expectParity(operation(crossEntropy), operation(crossEntropyReference), () => [
      tf.tensor2d(logits, [rows, vocabulary]),
    ]);
  });

  test('logits far apart neither overflow nor vanish', () => {
    const logits = tf.tensor2d([1000, 0, -1000, 500], [1, 4]);
    const loss = crossEntropy(logits, tf.tensor1d([2], 'int32')).dataSync();
    expect([...loss]).toEqual([2000]);
  });

  test('the gradient agrees with finite differences', () => {
    const values = [0.3, -1.2, 2, 0.1, 0.7];
    const labels = tf.tensor1d([3], 'int32');
    const loss = (x: tf.Tensor) => tf.sum(crossEntropy(tf.reshape(x, [1, 5]), labels));
    const gradient = [...tf.grad(loss)(tf.tensor1d(values)).dataSync()];
    const step = 1e-2;
    const numeric = values.map((_, i) => {
      const at = (by: number) =>
        loss(tf.tensor1d(values.map((value, j) => (i === j ? value + by : value)))).dataSync()[0] ??
        NaN;
      return (at(step) - at(-step)) / (2 * step);
    });
    expectClose(gradient, numeric, 1e-4);
  });

  test('labels that are not whole numbers are refused', () => {
    expect(() => crossEntropy(tf.zeros([2, 3]), tf.zeros([2]))).toThrow(/int32 labels \[rows\]/);
  });
});

describe('embedding', () => {
  test.each([
    [11, 5, [1, 3]],
    [60, 64, [4, 45]],
    [3, 1, [2, 9]],
  ] as const)('of %i words, width %i, ids %j', async (vocabulary, model, shape) => {
    const random = new Random(vocabulary);
    const table = normalValues(random, vocabulary * model);
    const ids = Array.from({ length: shape[0] * shape[1] }, () =>
      random.integer(0, vocabulary - 1),
    );
    const indices = () => tf.tensor(ids, [...shape], 'int32');
    await expectParity(
      (x) => embedding(given(x), indices()),
      (x) => tf.gather(given(x), indices()),
      () => [tf.tensor2d(table, [vocabulary, model])],
    );
  });

  test('the stock gather has a gradient on wasm too', async () => {
    const operation: Operation = (x) => tf.gather(given(x), tf.tensor1d([2, 0, 2], 'int32'));
    await expectParity(operation, operation, () => [tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])]);
  });
});

function given(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error('Expected a tensor, found none.');
  return tensor;
}
