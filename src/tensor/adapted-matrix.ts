/** A frozen weight matrix with a low-rank adapter beside it (LoRA, Hu et al. 2021). */

import type * as tf from '@tensorflow/tfjs-core';
import type { QuantisedMatrix } from './quantised-matrix';

/** Stands for `base + scale · up · down`; only the two narrow matrices are trained. */
export class AdaptedMatrix {
  /** `[outputs, inputs]` */
  readonly base: tf.Tensor | QuantisedMatrix;
  /** `[rank, inputs]` */
  readonly down: tf.Tensor;
  /** `[outputs, rank]` */
  readonly up: tf.Tensor;
  readonly scale: number;

  /** @throws Error when the shapes do not fit each other */
  constructor(base: tf.Tensor | QuantisedMatrix, down: tf.Tensor, up: tf.Tensor, scale: number) {
    const [outputs = 0, inputs = 0] = base.shape;
    const [rank = 0, ownInputs] = down.shape;
    const [ownOutputs, ownRank] = up.shape;
    if (ownInputs !== inputs || ownOutputs !== outputs || ownRank !== rank) {
      throw new Error(
        `Adapter: expected matrices [rank, ${inputs}] and [${outputs}, rank] beside a weight [${outputs}, ${inputs}], found [${down.shape.join(', ')}] and [${up.shape.join(', ')}].`,
      );
    }
    this.base = base;
    this.down = down;
    this.up = up;
    this.scale = scale;
  }

  get shape(): readonly number[] {
    return this.base.shape;
  }
}
