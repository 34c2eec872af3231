/** Adafactor (Shazeer and Stern 2018) with a fixed learning rate and no momentum, as in Hugging Face transformers. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from '../../tensor/fused-kernel';
import { clippedUpdate } from './clipping';
import { GroupedAdafactor } from './grouped-adafactor';
import type { Gradients, Optimizer, Parameters, UpdateSettings } from './optimizer';
import { VariableState } from './variable-state';

export interface AdafactorOptions {
  /** Added to squared gradients. */
  readonly epsilon: number;
  /** Largest root-mean-square of an update before the learning rate. */
  readonly clipThreshold: number;
  /** Exponent of the decay of the running averages, negative. */
  readonly decayRate: number;
}

/** The Adafactor that is fastest on the current backend. */
export function createAdafactor(parameters: Parameters, options: AdafactorOptions): Optimizer {
  return hasKernel('AdafactorUpdate')
    ? new GroupedAdafactor(parameters, options)
    : new Adafactor(parameters, options);
}

/** One parameter after the other, on any backend. */
export class Adafactor implements Optimizer {
  readonly #parameters: Parameters;
  readonly #options: AdafactorOptions;
  readonly #state = new VariableState();

  constructor(parameters: Parameters, options: AdafactorOptions) {
    this.#parameters = parameters;
    this.#options = options;
    for (const [name, { shape }] of parameters) {
      if (shape.length < 2) {
        this.#state.add(`second.${name}`, shape);
      } else {
        // The second moment of a matrix is kept as its row and column means.
        this.#state.add(`rows.${name}`, shape.slice(0, -1));
        this.#state.add(`columns.${name}`, [...shape.slice(0, -2), ...shape.slice(-1)]);
      }
    }
  }

  step(gradients: Gradients, loss: tf.Tensor, settings: UpdateSettings) {
    return clippedUpdate(gradients, loss, settings.clipNorm, (gradientScale) => {
      this.#apply(gradients, settings, gradientScale);
    });
  }

  get stateShapes() {
    return this.#state.shapes;
  }

  copyState(name: string): tf.Tensor {
    return this.#state.copy(name);
  }

  assignState(values: ReadonlyMap<string, Float32Array>): void {
    this.#state.assign(values);
  }

  dispose(): void {
    this.#state.dispose();
  }

  #apply(
    gradients: Gradients,
    { update, learningRate }: UpdateSettings,
    gradientScale: number,
  ): void {
    const { epsilon, clipThreshold, decayRate } = this.#options;
    const decay = 1 - update ** decayRate;
    for (const [name, parameter] of this.#parameters) {
      const given = gradients.get(name);
      if (!given) throw new Error(`Adafactor: expected a gradient for "${name}", found none.`);
      tf.tidy(() => {
        const gradient = tf.mul(given, gradientScale);
        const square = tf.add(tf.square(gradient), epsilon);
        const direction = tf.mul(gradient, this.#inverseRoot(name, square, decay));
        const rootMeanSquare = tf.sqrt(tf.mean(tf.square(direction)));
        const divisor = tf.maximum(tf.div(rootMeanSquare, clipThreshold), 1);
        parameter.assign(tf.sub(parameter, tf.mul(tf.div(direction, divisor), learningRate)));
      });
    }
  }

  /** Updates the running second moment and returns its inverse square root, of the parameter's shape. */
  #inverseRoot(name: string, square: tf.Tensor, decay: number): tf.Tensor {
    if (square.rank < 2) return tf.rsqrt(this.#average(`second.${name}`, square, decay));
    const rows = this.#average(`rows.${name}`, tf.mean(square, -1), decay);
    const columns = this.#average(`columns.${name}`, tf.mean(square, -2), decay);
    const rowFactor = tf.rsqrt(tf.div(rows, tf.mean(rows, -1, true)));
    return tf.mul(tf.expandDims(rowFactor, -1), tf.expandDims(tf.rsqrt(columns), -2));
  }

  #average(name: string, value: tf.Tensor, decay: number): tf.Tensor {
    const running = this.#state.variable(name);
    running.assign(tf.add(tf.mul(running, decay), tf.mul(value, 1 - decay)));
    return running;
  }
}
