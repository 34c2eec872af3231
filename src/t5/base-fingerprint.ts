/** Tells which base a model's adapters belong to, so that they are never put beside another one. */

import * as tf from '@tensorflow/tfjs-core';
import { QuantisedMatrix } from '../tensor/quantised-matrix';
import { describeParameters } from './parameters';
import type { T5Model } from './model';

/**
 * SHA-256 over the shape of the model, the settings of its adapters and the first row of every frozen
 * parameter: all of a base need not be read back from the device, and no training leaves all first rows as
 * they were. Quantised weights count as their floats, so that it is the same on every backend.
 *
 * @returns hexadecimal; null for a model without adapters, whose checkpoints hold all of it
 */
export async function baseFingerprint(model: T5Model): Promise<string | null> {
  const { configuration, lora } = model;
  if (lora === null) return null;
  const rows = tf.tidy(() => {
    const first = describeParameters(configuration).map(({ name }) => {
      const values = model.matrix(name);
      if (values instanceof QuantisedMatrix)
        return tf.reshape(values.rows(tf.tensor1d([0], 'int32')), [-1]);
      return tf.reshape(values.rank === 1 ? values : tf.slice(values, [0, 0], [1, -1]), [-1]);
    });
    return tf.concat(first);
  });
  const floats = Float32Array.from(await rows.data<'float32'>());
  rows.dispose();
  const described = new TextEncoder().encode(JSON.stringify({ configuration, lora }));
  const bytes = new Uint8Array(described.length + floats.byteLength);
  bytes.set(described);
  bytes.set(new Uint8Array(floats.buffer), described.length);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
