/** Tokens chosen in WGSL against those that the processor chooses from the same logits. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/data/random';
import { sampleToken } from '../../../../src/t5/generate';
import { canChooseTokens, chooseTokens } from '../../../../src/tensor/choose-tokens';
import { normalTensor, valuesOf } from '../same-values';

/** The share of the unit interval below a token and up to its end, in double precision. */
function intervalOf(
  scores: Float32Array,
  temperature: number,
  topK: number | undefined,
  token: number,
): [number, number] {
  const threshold =
    topK === undefined ? -Infinity : (Float32Array.from(scores).sort().at(-topK) ?? -Infinity);
  const highest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const weights = Array.from(scores, (score) =>
    score >= threshold ? Math.exp((score - highest) / temperature) : 0,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const below = weights.slice(0, token).reduce((sum, weight) => sum + weight, 0);
  return [below / total, (below + (weights[token] ?? 0)) / total];
}

/** Declares the tests, for the device that is current when they run. */
export function chooseTokensParity(): void {
  describe('choosing tokens', () => {
    test.each([
      [1, 1],
      [3, 2],
      [5, 255],
      [2, 256],
      [4, 257],
      [2, 32_128],
    ])('the likeliest, %i rows of %i', async (rows, vocabulary) => {
      expect(canChooseTokens()).toBe(true);
      // Few different values, so that the largest occurs more than once.
      const logits = tf.tidy(() =>
        tf.round(normalTensor(new Random(vocabulary), [rows, vocabulary])),
      );
      const [found] = await valuesOf(() => [chooseTokens(logits, null)]);
      const values = await logits.data<'float32'>();
      const expected = Array.from({ length: rows }, (_, row) => {
        const scores = values.subarray(row * vocabulary, (row + 1) * vocabulary);
        return scores.indexOf(scores.reduce((most, score) => Math.max(most, score), -Infinity));
      });
      expect([...(found?.values ?? [])]).toEqual(expected);
      logits.dispose();
    });

    test.each<[number, number, number, number | undefined]>([
      [4, 1, 1, undefined],
      [40, 6, 1, undefined],
      [40, 6, 0.4, 3],
      [16, 257, 0.7, undefined],
      [16, 257, 1.5, 40],
      [16, 300, 1, 1],
      [4, 600, 1, 600],
      [4, 32_128, 1, undefined],
      [4, 32_128, 0.7, 50],
    ])('drawn, %i rows of %i at temperature %d, top %s', async (rows, vocabulary, ...settings) => {
      const [temperature, topK] = settings;
      const random = new Random(vocabulary + rows);
      // Rounded to quarters: many scores equal to the k-th largest, zeros of both signs among them.
      const logits = tf.tidy(() =>
        tf.div(tf.round(tf.mul(normalTensor(random, [rows, vocabulary], 2), 4)), 4),
      );
      const steps = 2;
      const draws = Float32Array.from({ length: steps * rows }, () => random.next());
      draws.set([0, 1 - 2 ** -24], 0);
      const uniforms = tf.tensor2d(draws, [steps, rows]);
      const values = await logits.data<'float32'>();
      for (let step = 0; step < steps; step++) {
        const draw = { temperature, topK, uniforms, step };
        const [found] = await valuesOf(() => [chooseTokens(logits, draw)]);
        for (let row = 0; row < rows; row++) {
          const scores = values.slice(row * vocabulary, (row + 1) * vocabulary);
          const uniform = draws[step * rows + row] ?? 0;
          const token = found?.values[row] ?? -1;
          // The same token, unless rounding in single precision decides.
          if (token === sampleToken(scores, temperature, topK, uniform)) continue;
          const [below, end] = intervalOf(scores, temperature, topK, token);
          expect(end).toBeGreaterThan(below);
          expect(uniform).toBeGreaterThan(below - 1e-6);
          expect(uniform).toBeLessThan(end + 1e-6);
        }
      }
      tf.dispose([logits, uniforms]);
    });

    test('asks for random numbers that fit', () => {
      const logits = tf.zeros([3, 4]);
      const uniforms = tf.zeros([2, 3]);
      const draw = { temperature: 1, topK: undefined, uniforms, step: 0 };
      expect(() => chooseTokens(logits, { ...draw, step: 2 })).toThrow(/for step 2/);
      expect(() => chooseTokens(tf.zeros([2, 4]), draw)).toThrow(/2 random numbers/);
      tf.dispose([logits, uniforms]);
    });
  });
}
