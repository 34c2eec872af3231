/** A T5 v1.1 model on the device: its configuration and its parameters as variables. */

import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../data/random';
import type { T5Configuration } from './configuration';
import { uploadNow } from '../tensor/upload';
import { describeParameters, initialValues, type ParameterDescription } from './parameters';

/** Where a model's parameters come from: a file, a checkpoint or another model. */
export interface ParameterSource {
  /** The names in the order that is quickest to read them in; any order when absent. */
  readonly names?: readonly string[];
  /** The values of a parameter under its Hugging Face name, row-major. */
  readTensor(name: string): Promise<Float32Array>;
  /** The stored shape, where a source knows it. */
  shape?(name: string): readonly number[];
  /** `count` values from element `start` on, where a source can read less than a whole parameter. */
  readPart?(name: string, start: number, count: number): Promise<Float32Array>;
}

/** Larger matrices are read and moved to the device in parts of about so many values: 4 MB. */
const PART_VALUES = 1024 * 1024;

export class T5Model {
  readonly configuration: T5Configuration;
  readonly parameters: ReadonlyMap<string, tf.Variable>;

  private constructor(
    configuration: T5Configuration,
    parameters: ReadonlyMap<string, tf.Variable>,
  ) {
    this.configuration = configuration;
    this.parameters = parameters;
  }

  /** Reads every parameter from a source, one at a time: no more than one is in JavaScript's memory. */
  static async load(configuration: T5Configuration, source: ParameterSource): Promise<T5Model> {
    const described = describeParameters(configuration);
    const read = new Map<string, tf.Variable>();
    try {
      for (const { name, shape } of inOrderOf(source.names, described)) {
        read.set(name, await readVariable(source, name, shape));
      }
    } catch (error) {
      for (const parameter of read.values()) parameter.dispose();
      throw error;
    }
    // Whatever the order of the file, the order of sums over all parameters stays the same.
    const parameters = described.flatMap(({ name }): [string, tf.Variable][] => {
      const parameter = read.get(name);
      return parameter === undefined ? [] : [[name, parameter]];
    });
    return new T5Model(configuration, new Map(parameters));
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

  /** Copies of all parameters' values, by name. */
  async read(): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
    const values = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const [name, parameter] of this.parameters) {
      // A slice gives the read a data id of its own: the backend caches what it reads,
      // and in-place optimizer updates would make that cache stale.
      const copy = tf.tidy(() => tf.add(parameter, 0));
      const data = await copy.data<'float32'>();
      copy.dispose();
      values.set(name, { shape: parameter.shape, data: Float32Array.from(data) });
    }
    return values;
  }

  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
  }
}

/** The descriptions in the order of these names, those without one at the end. */
function inOrderOf(
  names: readonly string[] | undefined,
  described: readonly ParameterDescription[],
): readonly ParameterDescription[] {
  if (names === undefined) return described;
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = ({ name }: ParameterDescription): number => places.get(name) ?? names.length;
  return described.toSorted((first, second) => placeOf(first) - placeOf(second));
}

/** A parameter from a source; a large matrix goes to the device a few rows at a time. */
async function readVariable(
  source: ParameterSource,
  name: string,
  shape: readonly number[],
): Promise<tf.Variable> {
  const [rows = 1, columns = 1] = shape;
  if (source.readPart === undefined || shape.length !== 2 || rows * columns <= PART_VALUES) {
    return variable(name, shape, await source.readTensor(name));
  }
  const stored = source.shape?.(name) ?? shape;
  if (!tf.util.arraysEqual([...stored], [...shape])) {
    throw new Error(
      `T5 model: expected "${name}" of shape [${shape.join(', ')}], found [${stored.join(', ')}]. The weights do not belong to this configuration.`,
    );
  }
  const parts: tf.Tensor[] = [];
  try {
    const partRows = Math.max(1, Math.floor(PART_VALUES / columns));
    for (let row = 0; row < rows; row += partRows) {
      const count = Math.min(partRows, rows - row);
      const values = await source.readPart(name, row * columns, count * columns);
      const part = tf.tensor(values, [count, columns], 'float32');
      uploadNow(part);
      parts.push(part);
    }
    const whole = tf.concat(parts, 0);
    const created = tf.variable(whole, true);
    whole.dispose();
    return created;
  } finally {
    tf.dispose(parts);
  }
}

function variable(name: string, shape: readonly number[], values: Float32Array): tf.Variable {
  const expected = shape.reduce((product, length) => product * length, 1);
  if (values.length !== expected) {
    throw new Error(
      `T5 model: expected ${expected} values for "${name}" of shape [${shape.join(', ')}], found ${values.length}. The weights do not belong to this configuration.`,
    );
  }
  const initial = tf.tensor(values, [...shape], 'float32');
  const created = tf.variable(initial, true);
  uploadNow(created);
  initial.dispose();
  return created;
}
