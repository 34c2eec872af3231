/** An optimizer's state as one variable a tensor. */

import * as tf from '@tensorflow/tfjs-core';

export class VariableState {
  readonly #variables = new Map<string, tf.Variable>();

  /** Adds a tensor of zeros. */
  add(name: string, shape: readonly number[]): void {
    const zeros = tf.zeros([...shape]);
    this.#variables.set(name, tf.variable(zeros, false));
    zeros.dispose();
  }

  get shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.#variables].map(([name, { shape }]) => [name, shape]));
  }

  /** The variable itself; throws when there is none of that name. */
  variable(name: string): tf.Variable {
    const found = this.#variables.get(name);
    if (!found) throw new Error(`Optimizer: expected a state "${name}", found none.`);
    return found;
  }

  /** A copy with memory of its own, because updates in place change the variable's. */
  copy(name: string): tf.Tensor {
    return tf.add(this.variable(name), 0);
  }

  assign(values: ReadonlyMap<string, Float32Array>): void {
    for (const [name, variable] of this.#variables) {
      const data = values.get(name);
      if (!data) throw new Error(`Optimizer: expected values for its state "${name}", found none.`);
      tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, 'float32')));
    }
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
  }
}
