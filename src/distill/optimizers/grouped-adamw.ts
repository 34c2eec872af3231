/** AdamW for backends that update several parameters at once and decide themselves whether to: nothing is read before. */

import * as tf from '@tensorflow/tfjs-core';
import { ownValues } from '../../tensor/adamw-update';
import { runKernel } from '../../tensor/fused-kernel';
import { gradientNorm } from '../../tensor/gradient-norm';
import type { AdamWOptions } from './adamw';
import type { Gradients, Optimizer, Parameters, UpdateOutcome, UpdateSettings } from './optimizer';

/** Parameters of one dispatch: with their gradients, the moments and the control they take WebGPU's eight bindings. */
const MOST_TOGETHER = 3;
/** What a GPU lets a kernel bind by default. */
const MOST_BINDING_BYTES = 128 * 1024 * 1024;

const MOMENTS = ['first', 'second'] as const;

interface Group {
  readonly names: readonly string[];
  readonly parameters: readonly tf.Variable[];
  readonly size: number;
  /** Both moments `[2, size]`, one parameter behind the other; or each `[size]`, where both are too large to bind. */
  readonly moments: readonly tf.Variable[];
}

export class GroupedAdamW implements Optimizer {
  readonly stateShapes: ReadonlyMap<string, readonly number[]>;
  readonly #groups: readonly Group[];
  readonly #options: AdamWOptions;

  /** @param bindingBytes most bytes of one buffer that a kernel may bind */
  constructor(parameters: Parameters, options: AdamWOptions, bindingBytes = MOST_BINDING_BYTES) {
    this.#options = options;
    this.#groups = groupsOf(parameters, bindingBytes).map((entries) =>
      createGroup(entries, bindingBytes),
    );
    this.stateShapes = new Map(
      [...parameters].flatMap(([name, { shape }]) =>
        MOMENTS.map((moment): [string, readonly number[]] => [`${moment}.${name}`, shape]),
      ),
    );
  }

  async step(
    gradients: Gradients,
    loss: tf.Tensor,
    settings: UpdateSettings,
  ): Promise<UpdateOutcome> {
    const control = tf.tidy(() => {
      const { update, learningRate, clipNorm } = settings;
      const { beta1, beta2, weightDecay } = this.#options;
      const correction1 = 1 - beta1 ** update;
      const correction2 = Math.sqrt(1 - beta2 ** update);
      const given = [
        clipNorm,
        1 - learningRate * weightDecay,
        correction2,
        learningRate / correction1,
      ];
      const computed = gradientNorm([...gradients.values()], loss, given);
      for (const group of this.#groups) this.#update(group, gradients, computed);
      return computed;
    });
    const [lossValue = NaN, norm = NaN, skipped = NaN] = await control.data<'float32'>();
    control.dispose();
    return { loss: lossValue, gradientNorm: norm, skipped: skipped !== 0 };
  }

  copyState(name: string): tf.Tensor {
    const { group, moment, start, shape } = this.#place(name);
    const size = tf.util.sizeFromShape([...shape]);
    return tf.tidy(() => {
      const [whole, offset] = buffersOf(group, moment);
      const flat = tf.slice(tf.reshape(whole, [-1]), [offset + start], [size]);
      // A slice of everything shares the memory that the next update changes.
      return tf.reshape(tf.add(flat, 0), [...shape]);
    });
  }

  assignState(values: ReadonlyMap<string, Float32Array>): void {
    for (const group of this.#groups) {
      const [firsts, seconds] = MOMENTS.map((moment) => flatValues(group, moment, values));
      tf.tidy(() => {
        if (!firsts || !seconds) return;
        const tensors = [tf.tensor1d(firsts), tf.tensor1d(seconds)];
        const assigned = group.moments.length === 1 ? [tf.stack(tensors)] : tensors;
        group.moments.forEach((variable, index) => variable.assign(assigned[index] ?? variable));
      });
    }
  }

  dispose(): void {
    for (const { moments } of this.#groups) tf.dispose([...moments]);
  }

  #update({ names, parameters, moments }: Group, gradients: Gradients, control: tf.Tensor): void {
    const { beta1, beta2, epsilon, decays } = this.#options;
    for (const variable of [...parameters, ...moments]) ownValues(variable);
    const [first, second] = moments;
    const inputs: Record<string, tf.Tensor> = { control };
    const attributes: Record<string, number> = { beta1, beta2, epsilon };
    if (first) inputs[second ? 'firstMoments' : 'moments'] = first;
    if (second) inputs['secondMoments'] = second;
    names.forEach((name, index) => {
      const [parameter, gradient] = [parameters[index], gradients.get(name)];
      if (!parameter || !gradient) {
        throw new Error(`AdamW: expected a gradient for "${name}", found none.`);
      }
      tf.util.assertShapesMatch(parameter.shape, gradient.shape, 'AdamW: ');
      inputs[`parameter${index}`] = parameter;
      inputs[`gradient${index}`] = gradient;
      attributes[`decays${index}`] = !decays || decays(name) ? 1 : 0;
    });
    runKernel('AdamwGroup', inputs, attributes);
  }

  #place(name: string) {
    const shape = this.stateShapes.get(name);
    const moment = MOMENTS.find((candidate) => name.startsWith(`${candidate}.`));
    const parameter = name.slice(name.indexOf('.') + 1);
    const group = this.#groups.find(({ names }) => names.includes(parameter));
    if (!shape || !moment || !group) {
      throw new Error(`Optimizer: expected a state "${name}", found none.`);
    }
    const before = group.parameters.slice(0, group.names.indexOf(parameter));
    const start = before.reduce((sum, { size }) => sum + size, 0);
    return { group, moment, start, shape };
  }
}

/** The buffer that holds a moment of a group, and where in it the moment begins. */
function buffersOf(
  { moments, size }: Group,
  moment: (typeof MOMENTS)[number],
): [tf.Tensor, number] {
  const index = MOMENTS.indexOf(moment);
  const [together, second] = moments;
  if (!together) throw new Error('Optimizer: expected the moments of a group, found none.');
  return second && index === 1 ? [second, 0] : [together, second ? 0 : index * size];
}

/** Parameters of similar size together, so that no dispatch waits for one large matrix among small ones. */
function groupsOf(parameters: Parameters, bindingBytes: number): [string, tf.Variable][][] {
  const groups: [string, tf.Variable][][] = [];
  const sorted = [...parameters].toSorted(([, a], [, b]) => b.size - a.size);
  for (const entry of sorted) {
    const current = groups.at(-1);
    const size = [...(current ?? []), entry].reduce((sum, [, variable]) => sum + variable.size, 0);
    const fits = 8 * size <= bindingBytes;
    if (current && current.length < MOST_TOGETHER && fits) current.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function createGroup(entries: readonly [string, tf.Variable][], bindingBytes: number): Group {
  const parameters = entries.map(([, variable]) => variable);
  const size = parameters.reduce((sum, variable) => sum + variable.size, 0);
  const shapes = 8 * size <= bindingBytes ? [[2, size]] : [[size], [size]];
  const moments = shapes.map((shape) => {
    const zeros = tf.zeros(shape);
    const variable = tf.variable(zeros, false);
    zeros.dispose();
    return variable;
  });
  return { names: entries.map(([name]) => name), parameters, size, moments };
}

function flatValues(
  { names, parameters, size }: Group,
  moment: string,
  values: ReadonlyMap<string, Float32Array>,
): Float32Array {
  const flat = new Float32Array(size);
  let start = 0;
  names.forEach((name, index) => {
    const data = values.get(`${moment}.${name}`);
    if (!data) throw new Error(`Optimizer: expected values for its state "${name}", found none.`);
    flat.set(data, start);
    start += parameters[index]?.size ?? 0;
  });
  return flat;
}
