/** The relative position bias of T5 (Raffel et al. 2020, section 2.1): distances in buckets, a learned value per head. */

import * as tf from '@tensorflow/tfjs-core';
import { embedding } from '../tensor/embedding';

/**
 * The bucket of one relative position (key position minus query position).
 * Half of the buckets are exact small distances, the rest grow logarithmically to `maximumDistance`.
 */
export function relativePositionBucket(
  relativePosition: number,
  bidirectional: boolean,
  buckets: number,
  maximumDistance: number,
): number {
  let available = buckets;
  let offset = 0;
  let distance: number;
  if (bidirectional) {
    available = Math.floor(buckets / 2);
    if (relativePosition > 0) offset = available;
    distance = Math.abs(relativePosition);
  } else {
    distance = Math.max(-relativePosition, 0);
  }
  const exact = Math.floor(available / 2);
  if (distance < exact) return offset + distance;
  // PyTorch computes this in float32, which decides the bucket at exact powers.
  const ratio = Math.fround(Math.log(Math.fround(distance / exact)));
  const scaled = Math.fround(ratio / Math.log(maximumDistance / exact)) * (available - exact);
  return offset + Math.min(exact + Math.trunc(Math.fround(scaled)), available - 1);
}

/**
 * The bias added to attention scores.
 *
 * @param table `[buckets, heads]`
 * @param queries number of query positions, counted from `firstQuery`
 * @returns `[heads, queries, keys]`
 */
export function relativePositionBias(
  table: tf.Tensor,
  queries: number,
  keys: number,
  options: { bidirectional: boolean; maximumDistance: number; firstQuery?: number },
): tf.Tensor {
  const [buckets = 0] = table.shape;
  const first = options.firstQuery ?? 0;
  const ids = new Int32Array(queries * keys);
  for (let query = 0; query < queries; query++) {
    for (let key = 0; key < keys; key++) {
      ids[query * keys + key] = relativePositionBucket(
        key - (first + query),
        options.bidirectional,
        buckets,
        options.maximumDistance,
      );
    }
  }
  const rows = embedding(table, tf.tensor2d(ids, [queries, keys], 'int32'));
  return tf.transpose(rows, [2, 0, 1]);
}
