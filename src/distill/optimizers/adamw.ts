/** AdamW (Loshchilov and Hutter 2019) as PyTorch computes it: decoupled decay, bias correction, epsilon outside the root. */

import type * as tf from '@tensorflow/tfjs-core';
import { adamwUpdate } from '../../tensor/adamw-update';
import { hasKernel } from '../../tensor/fused-kernel';
import { clippedUpdate } from './clipping';
import { GroupedAdamW } from './grouped-adamw';
import type { Gradients, Optimizer, Parameters, UpdateSettings } from './optimizer';
import { VariableState } from './variable-state';

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Applied to matrices and tables; see {@link decays}. */
  readonly weightDecay: number;
  /** Which parameters decay; all when absent. */
  readonly decays?: (name: string) => boolean;
}

/** The AdamW that is fastest on the current backend. */
export function createAdamW(parameters: Parameters, options: AdamWOptions): Optimizer {
  return hasKernel('AdamwGroup')
    ? new GroupedAdamW(parameters, options)
    : new AdamW(parameters, options);
}

/** One parameter after the other, on any backend. */
export class AdamW implements Optimizer {
  readonly #parameters: Parameters;
  readonly #options: AdamWOptions;
  readonly #state = new VariableState();

  constructor(parameters: Parameters, options: AdamWOptions) {
    this.#parameters = parameters;
    this.#options = options;
    for (const [name, { shape }] of parameters) {
      for (const moment of ['first', 'second']) this.#state.add(`${moment}.${name}`, shape);
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
    const { beta1, beta2, epsilon, weightDecay, decays } = this.#options;
    for (const [name, parameter] of this.#parameters) {
      const gradient = gradients.get(name);
      if (!gradient) throw new Error(`AdamW: expected a gradient for "${name}", found none.`);
      adamwUpdate({
        parameter,
        firstMoment: this.#state.variable(`first.${name}`),
        secondMoment: this.#state.variable(`second.${name}`),
        gradient,
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay: decays && !decays(name) ? 0 : weightDecay,
        update,
        gradientScale,
      });
    }
  }
}
