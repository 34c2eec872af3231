/** The gated GELU in WGSL against its composition. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/data/random';
import { hasKernel } from '../../../../src/tensor/fused-kernel';
import { gatedGelu, gatedGeluReference } from '../../../../src/tensor/gated-gelu';
import { expectPlainValues, normalTensor, valuesOf } from '../same-values';

function withGradients(given: tf.Tensor[], along: tf.Tensor, operation: typeof gatedGelu) {
  return (): tf.Tensor[] => {
    const { value, grads } = tf.valueAndGrads((gate: tf.Tensor, up: tf.Tensor) =>
      tf.sum(tf.mul(operation(gate, up), along)),
    )(given);
    const [gate, up] = given;
    if (!gate || !up) throw new Error('Expected two tensors.');
    return [operation(gate, up), value, ...grads];
  };
}

/** Declares the tests, for the device that is current when they run. */
export function gatedGeluParity(): void {
  describe('gated GELU', () => {
    test.each([[[1]], [[3]], [[2, 2]], [[5, 51]], [[3, 341]], [[4, 255]], [[2, 8, 64]]])(
      'of %j',
      async (shape) => {
        expect(hasKernel('GatedGelu')).toBe(true);
        const random = new Random(shape.length + tf.util.sizeFromShape(shape));
        const given = [normalTensor(random, shape, 2), normalTensor(random, shape)];
        const along = normalTensor(random, shape);
        await expectPlainValues(
          withGradients(given, along, gatedGelu),
          withGradients(given, along, gatedGeluReference),
          1e-5,
        );
        tf.dispose([...given, along]);
      },
    );

    test('large values stay what they are', async () => {
      const given = [tf.tensor1d([-1e4, -50, 50, 1e4]), tf.ones([4])];
      const along = tf.ones([4]);
      const [output, , ofGate, ofUp] = await valuesOf(withGradients(given, along, gatedGelu));
      expect(output?.values).toEqual(Float32Array.of(-0, -0, 50, 1e4));
      expect(ofGate?.values).toEqual(Float32Array.of(0, 0, 1, 1));
      expect(ofUp?.values).toEqual(Float32Array.of(-0, -0, 50, 1e4));
      tf.dispose([...given, along]);
    });
  });
}
