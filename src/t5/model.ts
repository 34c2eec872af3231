/** A T5 v1.1 model on the device: its configuration, its parameters, variables or still quantised, and its adapters. */

import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../data/random';
import type { T5Configuration } from './configuration';
import { AdaptedMatrix } from '../tensor/adapted-matrix';
import type { Matrix, Weight } from '../tensor/linear';
import { keepsQuantised, QuantisedMatrix } from '../tensor/quantised-matrix';
import type { QuantisedFormat, QuantisedPlanes } from '../weights/quantised-planes';
import { describeAdapters, type LoraSettings } from './lora';
import { describeParameters, initialValues, relativeBiasName } from './parameters';
import { inOrderOf, readQuantised, readVariable, variable } from './parameter-reading';

/** Where a model's parameters come from: a file, a checkpoint or another model. */
export interface ParameterSource {
  /** The names in the order that is quickest to read them in; any order when absent. */
  readonly names?: readonly string[];
  /** The values of a parameter under its Hugging Face name, row-major. */
  readTensor(name: string): Promise<Float32Array>;
  /** The stored shape, where a source knows it. */
  shape?(name: string): readonly number[];
  /** `count` values from element `start` on, where a source can read less than a whole parameter. */
  readPart?(name: string, start: number, count: number): Promise<Float32Array<ArrayBuffer>>;
  /** The format of a parameter that is stored quantised, null for others. */
  quantisedFormat?(name: string): QuantisedFormat | null;
  /** `count` values from element `start` on, still quantised: whole blocks. */
  readPlanes?(name: string, start: number, count: number): Promise<QuantisedPlanes>;
}

export interface LoadingOptions {
  /**
   * Weight matrices that are stored quantised stay so on the device, where its backend can multiply
   * with them; others are dequantised. Such a model generates and scores; only adapters of it can be trained.
   */
  readonly keepQuantised?: boolean;
  /** Freezes the parameters and puts adapters beside them, which are trained instead. */
  readonly adapters?: { readonly settings: LoraSettings; readonly source: ParameterSource } | null;
}

/** What there is beside the parameters: adapters, and what they stand for. */
interface Adapters {
  readonly settings: LoraSettings;
  /** By their own names. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** By the names of the weights they belong to. */
  readonly weights: ReadonlyMap<string, AdaptedMatrix>;
}

export class T5Model {
  readonly configuration: T5Configuration;
  /** In Hugging Face's order. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** Matrices that are quantised on the device, the others being {@link parameters}. */
  readonly quantised: ReadonlyMap<string, QuantisedMatrix>;
  readonly #adapters: Adapters | null;

  private constructor(
    configuration: T5Configuration,
    parameters: ReadonlyMap<string, tf.Variable>,
    quantised: ReadonlyMap<string, QuantisedMatrix> = new Map(),
    adapters: Adapters | null = null,
  ) {
    this.configuration = configuration;
    this.parameters = parameters;
    this.quantised = quantised;
    this.#adapters = adapters;
  }

  /** Reads every parameter from a source, one at a time: no more than one is in JavaScript's memory. */
  static async load(
    configuration: T5Configuration,
    source: ParameterSource,
    options: LoadingOptions = {},
  ): Promise<T5Model> {
    const described = describeParameters(configuration);
    const read = new Map<string, tf.Variable>();
    const quantised = new Map<string, QuantisedMatrix>();
    const keepQuantised = options.keepQuantised === true && keepsQuantised();
    try {
      for (const description of inOrderOf(source.names, described)) {
        const { name, shape } = description;
        const matrix = keepQuantised ? await readQuantised(source, description) : null;
        if (matrix === null) read.set(name, await readVariable(source, name, shape));
        else quantised.set(name, matrix);
      }
      // Whatever the order of the file, the order of sums over all parameters stays the same.
      const parameters = described.flatMap(({ name }): [string, tf.Variable][] => {
        const parameter = read.get(name);
        return parameter === undefined ? [] : [[name, parameter]];
      });
      const base = new T5Model(configuration, new Map(parameters), quantised);
      const { adapters } = options;
      return adapters ? await base.#adapted(adapters.settings, adapters.source) : base;
    } catch (error) {
      for (const parameter of [...read.values(), ...quantised.values()]) parameter.dispose();
      throw error;
    }
  }

  /** This model frozen, with adapters; it owns the parameters from then on. */
  async #adapted(settings: LoraSettings, source: ParameterSource): Promise<T5Model> {
    const variables = new Map<string, tf.Variable>();
    const weights = new Map<string, AdaptedMatrix>();
    try {
      for (const { weight, down, up } of describeAdapters(this.configuration, settings)) {
        const narrow = await readVariable(source, down.name, down.shape);
        variables.set(down.name, narrow);
        const wide = await readVariable(source, up.name, up.shape);
        variables.set(up.name, wide);
        const scale = settings.alpha / settings.rank;
        weights.set(weight, new AdaptedMatrix(this.matrix(weight), narrow, wide, scale));
      }
    } catch (error) {
      for (const variable of variables.values()) variable.dispose();
      throw error;
    }
    for (const parameter of this.parameters.values()) parameter.trainable = false;
    const adapters = { settings, variables, weights };
    return new T5Model(this.configuration, this.parameters, this.quantised, adapters);
  }

  /** A model with random initial parameters. */
  static initialize(configuration: T5Configuration, random: Random): T5Model {
    const parameters = new Map<string, tf.Variable>();
    for (const description of describeParameters(configuration)) {
      const values = initialValues(description, random);
      parameters.set(description.name, variable(description.name, description.shape, values));
    }
    return new T5Model(configuration, parameters);
  }

  /** The variable of that Hugging Face name. */
  parameter(name: string): tf.Variable {
    const found = this.parameters.get(name);
    if (!found) throw new Error(`T5 model: expected a parameter named "${name}", found none.`);
    return found;
  }

  /** The weight of that Hugging Face name to multiply with, with its adapter if it has one. */
  weight(name: string): Weight {
    return this.#adapters?.weights.get(name) ?? this.matrix(name);
  }

  /** The parameter of that Hugging Face name without any adapter, whether it is a variable or quantised. */
  matrix(name: string): Matrix {
    return this.quantised.get(name) ?? this.parameter(name);
  }

  /** The settings of the adapters; null without any. */
  get lora(): LoraSettings | null {
    return this.#adapters?.settings ?? null;
  }

  /**
   * What is trained, by name: the adapters, or all parameters where there are none.
   *
   * @throws Error when there are quantised matrices and no adapters, so that not all could be trained
   */
  get trained(): ReadonlyMap<string, tf.Variable> {
    if (this.#adapters !== null) return this.#adapters.variables;
    if (this.quantised.size === 0) return this.parameters;
    throw new Error(
      `T5 model: expected a model with floating-point weights or adapters to train, found ${this.quantised.size} quantised matrices and no adapters. Load it with adapters, or without keeping matrices quantised.`,
    );
  }

  /** Of {@link trained}, what a block multiplies with: all but its stack's table of position biases. */
  trainedOfBlock(stack: 'encoder' | 'decoder', block: number): tf.Variable[] {
    const bias = relativeBiasName(stack);
    return [...this.trained].flatMap(([name, variable]) =>
      name.startsWith(`${stack}.block.${block}.`) && name !== bias ? [variable] : [],
    );
  }

  /** Bytes of all parameters and adapters on the device. */
  get bytes(): number {
    let bytes = 0;
    const adapters = this.#adapters?.variables.values() ?? [];
    for (const { size } of [...this.parameters.values(), ...adapters]) bytes += 4 * size;
    for (const matrix of this.quantised.values()) bytes += matrix.bytes;
    return bytes;
  }

  /** Copies of all parameters' values, by name: dequantised, and with their adapters merged into them. */
  async read(): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
    const values = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const { name, shape } of describeParameters(this.configuration)) {
      const copy = tf.tidy(() => copied(this.weight(name)));
      const data = await copy.data<'float32'>();
      copy.dispose();
      values.set(name, { shape, data: Float32Array.from(data) });
    }
    return values;
  }

  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
    for (const matrix of this.quantised.values()) matrix.dispose();
    for (const variable of this.#adapters?.variables.values() ?? []) variable.dispose();
  }
}

/**
 * The floats that a weight stands for. They have a data id of their own: the backend caches what it reads,
 * and in-place optimizer updates would make that cache stale.
 */
function copied(weight: Weight): tf.Tensor {
  if (weight instanceof QuantisedMatrix) return weight.floats();
  if (!(weight instanceof AdaptedMatrix)) return tf.add(weight, 0);
  const { base, up, down, scale } = weight;
  return tf.add(copied(base), tf.mul(tf.matMul(up, down), scale));
}
