/** AdamW (Loshchilov and Hutter 2019) as PyTorch computes it: decoupled decay, bias correction, epsilon outside the root. */

import * as tf from '@tensorflow/tfjs-core';
import { adamwUpdate } from '../../tensor/adamw-update';
import type { Gradients, Optimizer, Parameters } from './optimizer';

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Applied to matrices and tables; see {@link decays}. */
  readonly weightDecay: number;
  /** Which parameters decay; all when absent. */
  readonly decays?: (name: string) => boolean;
}

export class AdamW implements Optimizer {
  readonly state: Parameters;
  private readonly parameters: Parameters;
  private readonly options: AdamWOptions;

  constructor(parameters: Parameters, options: AdamWOptions) {
    this.parameters = parameters;
    this.options = options;
    const state = new Map<string, tf.Variable>();
    for (const [name, parameter] of parameters) {
      for (const moment of ['first', 'second']) {
        const zeros = tf.zeros(parameter.shape);
        state.set(`${moment}.${name}`, tf.variable(zeros, false));
        zeros.dispose();
      }
    }
    this.state = state;
  }

  apply(gradients: Gradients, update: number, learningRate: number, gradientScale: number): void {
    const { beta1, beta2, epsilon, weightDecay, decays } = this.options;
    for (const [name, parameter] of this.parameters) {
      const gradient = gradients.get(name);
      const firstMoment = this.state.get(`first.${name}`);
      const secondMoment = this.state.get(`second.${name}`);
      if (!gradient || !firstMoment || !secondMoment) {
        throw new Error(`AdamW: expected a gradient and two moments for "${name}", found less.`);
      }
      adamwUpdate({
        parameter,
        firstMoment,
        secondMoment,
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

  dispose(): void {
    for (const variable of this.state.values()) variable.dispose();
  }
}
