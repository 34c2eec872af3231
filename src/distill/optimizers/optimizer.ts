/** What a trainer needs of an optimizer: an update of every parameter, and a state that can be saved. */

import type * as tf from '@tensorflow/tfjs-core';

export type Gradients = ReadonlyMap<string, tf.Tensor>;
export type Parameters = ReadonlyMap<string, tf.Variable>;

export interface UpdateSettings {
  /** Number of this update, counted from 1; updates that were skipped do not count. */
  readonly update: number;
  readonly learningRate: number;
  /** Largest global norm of the gradients: they are scaled down to it. */
  readonly clipNorm: number;
}

export interface UpdateOutcome {
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** True when loss or gradients were not finite and nothing was changed. */
  readonly skipped: boolean;
}

export interface Optimizer {
  /**
   * Updates every parameter in place, unless loss or gradients are not finite.
   *
   * @param gradients by parameter name, each of its parameter's shape; the caller keeps owning them
   * @param loss a scalar
   */
  step(gradients: Gradients, loss: tf.Tensor, settings: UpdateSettings): Promise<UpdateOutcome>;
  /** Everything that must be saved for an exact resumption: shapes by name. */
  readonly stateShapes: ReadonlyMap<string, readonly number[]>;
  /** A copy of one of these tensors, which the caller disposes of. */
  copyState(name: string): tf.Tensor;
  /** Replaces the whole state. */
  assignState(values: ReadonlyMap<string, Float32Array>): void;
  dispose(): void;
}
