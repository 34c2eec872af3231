/** Adafactor for backends that update all parameters in a few dispatches and decide themselves whether to. */

import * as tf from '@tensorflow/tfjs-core';
import { ownValues } from '../../tensor/adamw-update';
import { runKernel } from '../../tensor/fused-kernel';
import { gradientNorm } from '../../tensor/gradient-norm';
import type { AdafactorOptions } from './adafactor';
import type { Gradients, Optimizer, Parameters, UpdateOutcome, UpdateSettings } from './optimizer';

interface Place {
  readonly shape: readonly number[];
  readonly start: number;
}

/** Its state is one tensor: for every parameter its row means and its column means; a vector counts as one row. */
export class GroupedAdafactor implements Optimizer {
  readonly stateShapes: ReadonlyMap<string, readonly number[]>;
  readonly #parameters: Parameters;
  readonly #options: AdafactorOptions;
  readonly #places = new Map<string, Place>();
  readonly #state: tf.Variable;

  /** @param parameters vectors and matrices */
  constructor(parameters: Parameters, options: AdafactorOptions) {
    this.#parameters = parameters;
    this.#options = options;
    let start = 0;
    for (const [name, { shape, size }] of parameters) {
      const [rows = 1, columns = 1] = shape.length > 1 ? shape : [1, size];
      if (shape.length > 1) {
        this.#places.set(`rows.${name}`, { shape: [rows], start });
        this.#places.set(`columns.${name}`, { shape: [columns], start: start + rows });
      } else {
        this.#places.set(`second.${name}`, { shape, start: start + rows });
      }
      start += rows + columns;
    }
    this.stateShapes = new Map([...this.#places].map(([name, { shape }]) => [name, shape]));
    const zeros = tf.zeros([start]);
    this.#state = tf.variable(zeros, false);
    zeros.dispose();
  }

  async step(
    gradients: Gradients,
    loss: tf.Tensor,
    { update, learningRate, clipNorm }: UpdateSettings,
  ): Promise<UpdateOutcome> {
    const { epsilon, clipThreshold, decayRate } = this.#options;
    const control = tf.tidy(() => {
      const decay = 1 - update ** decayRate;
      const settings = [clipNorm, decay, learningRate];
      const computed = gradientNorm([...gradients.values()], loss, settings);
      const inputs: Record<string, tf.Tensor> = { control: computed, state: this.#state };
      [...this.#parameters].forEach(([name, parameter], index) => {
        const gradient = gradients.get(name);
        if (!gradient) throw new Error(`Adafactor: expected a gradient for "${name}", found none.`);
        ownValues(parameter);
        inputs[`parameter${index}`] = parameter;
        inputs[`gradient${index}`] = gradient;
      });
      runKernel('AdafactorUpdate', inputs, { epsilon, clipThreshold });
      return computed;
    });
    const [lossValue = NaN, norm = NaN, skipped = NaN] = await control.data<'float32'>();
    control.dispose();
    return { loss: lossValue, gradientNorm: norm, skipped: skipped !== 0 };
  }

  copyState(name: string): tf.Tensor {
    const place = this.#places.get(name);
    if (!place) throw new Error(`Optimizer: expected a state "${name}", found none.`);
    const size = tf.util.sizeFromShape([...place.shape]);
    return tf.tidy(() => {
      const part = tf.slice(this.#state, [place.start], [size]);
      return tf.reshape(tf.add(part, 0), [...place.shape]);
    });
  }

  assignState(values: ReadonlyMap<string, Float32Array>): void {
    const flat = new Float32Array(this.#state.size);
    for (const [name, { start }] of this.#places) {
      const data = values.get(name);
      if (!data) throw new Error(`Optimizer: expected values for its state "${name}", found none.`);
      flat.set(data, start);
    }
    tf.tidy(() => this.#state.assign(tf.tensor1d(flat)));
  }

  dispose(): void {
    this.#state.dispose();
  }
}
