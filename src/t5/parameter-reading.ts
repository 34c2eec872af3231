/** Reads single parameters of a T5 from their source to the device, without holding a large one whole. */

import * as tf from '@tensorflow/tfjs-core';
import { QuantisedMatrix } from '../tensor/quantised-matrix';
import { uploadNow } from '../tensor/upload';
import { releaseBytes } from '../weights/release-bytes';
import type { ParameterSource } from './model';
import { isWeightMatrix, type ParameterDescription } from './parameters';

/** Larger matrices are read and moved to the device in parts of about so many values: 4 MB. */
const PART_VALUES = 1024 * 1024;

/** The descriptions in the order of these names, those without one at the end. */
export function inOrderOf(
  names: readonly string[] | undefined,
  described: readonly ParameterDescription[],
): readonly ParameterDescription[] {
  if (names === undefined) return described;
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = ({ name }: ParameterDescription): number => places.get(name) ?? names.length;
  return described.toSorted((first, second) => placeOf(first) - placeOf(second));
}

/** A weight matrix from a source that stores it quantised, or null for any other parameter. */
export async function readQuantised(
  source: ParameterSource,
  description: ParameterDescription,
): Promise<QuantisedMatrix | null> {
  const { name, shape } = description;
  const format = isWeightMatrix(description) ? source.quantisedFormat?.(name) : null;
  const [rows, columns] = shape;
  if (!format || !source.readPlanes || rows === undefined || columns === undefined) return null;
  assertStoredShape(source, name, shape);
  const readPlanes = source.readPlanes.bind(source);
  return QuantisedMatrix.read(format, [rows, columns], (start, count) =>
    readPlanes(name, start, count),
  );
}

function assertStoredShape(source: ParameterSource, name: string, shape: readonly number[]): void {
  const stored = source.shape?.(name) ?? shape;
  if (tf.util.arraysEqual([...stored], [...shape])) return;
  throw new Error(
    `T5 model: expected "${name}" of shape [${shape.join(', ')}], found [${stored.join(', ')}]. The weights do not belong to this configuration.`,
  );
}

/** A parameter from a source; a large matrix goes to the device a few rows at a time. */
export async function readVariable(
  source: ParameterSource,
  name: string,
  shape: readonly number[],
): Promise<tf.Variable> {
  const [rows = 1, columns = 1] = shape;
  if (source.readPart === undefined || shape.length !== 2 || rows * columns <= PART_VALUES) {
    return variable(name, shape, await source.readTensor(name));
  }
  assertStoredShape(source, name, shape);
  const parts: tf.Tensor[] = [];
  try {
    const partRows = Math.max(1, Math.floor(PART_VALUES / columns));
    for (let row = 0; row < rows; row += partRows) {
      const count = Math.min(partRows, rows - row);
      const values = await source.readPart(name, row * columns, count * columns);
      const part = tf.tensor(values, [count, columns], 'float32');
      parts.push(part);
      if (uploadNow(part)) releaseBytes(values);
    }
    const whole = tf.concat(parts, 0);
    const created = tf.variable(whole, true);
    whole.dispose();
    return created;
  } finally {
    tf.dispose(parts);
  }
}

/** A variable of these values, on the device at once. */
export function variable(
  name: string,
  shape: readonly number[],
  values: Float32Array,
): tf.Variable {
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
