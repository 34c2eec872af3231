/** What a trainer needs of an optimizer: an update of every parameter, and a state that can be saved. */

import type * as tf from '@tensorflow/tfjs-core';

export type Gradients = ReadonlyMap<string, tf.Tensor>;
export type Parameters = ReadonlyMap<string, tf.Variable>;

export interface Optimizer {
  /**
   * Updates every parameter in place.
   *
   * @param gradients by parameter name, each of its parameter's shape
   * @param update number of this update, counted from 1
   * @param gradientScale factor on every gradient: 1, or less when the global norm is clipped
   */
  apply(gradients: Gradients, update: number, learningRate: number, gradientScale: number): void;
  /** Everything that must be saved for an exact resumption, by name; the optimizer keeps owning it. */
  readonly state: Parameters;
  dispose(): void;
}
