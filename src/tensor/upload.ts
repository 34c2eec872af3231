/** Moves a tensor's values to the GPU now instead of at its first use. */

import * as tf from '@tensorflow/tfjs-core';

/**
 * Backends keep the values of a new tensor in JavaScript's memory until an operation needs them on the
 * GPU: a large model would be there whole before its first token. Does nothing on other backends.
 *
 * @returns whether the values are on the GPU now and JavaScript's copy is not needed any more
 */
export function uploadNow(tensor: tf.Tensor): boolean {
  const backend: tf.KernelBackend = tf.backend();
  if ('uploadToGPU' in backend && typeof backend.uploadToGPU === 'function') {
    Reflect.apply(backend.uploadToGPU, backend, [tensor.dataId]);
    return true;
  }
  return false;
}
