/** What a weight file's header says of one tensor, whichever format the file has. */

import type { ByteSource } from './byte-source';
import { MAXIMUM_ELEMENTS } from './limits';
import { WeightFileError } from './weight-file-error';

export interface TensorEntry {
  readonly name: string;
  /** How the elements are stored, in the words of the format: `F32`, `BF16`, `Q8_0`. */
  readonly type: string;
  /** As PyTorch orders it: `[rows, columns]`, the last one contiguous. */
  readonly shape: readonly number[];
  readonly elements: number;
  /** Where its bytes start, counted from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** The product of a shape, or null where a dimension is no whole number or the product is above the cap. */
export function elementCount(shape: readonly number[]): number | null {
  let elements = 1;
  let bound = 1;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) return null;
    elements *= dimension;
    // Zeros are left out here: `[0, 2^40]` is as much a lie as `[1, 2^40]`.
    bound *= Math.max(1, dimension);
    if (bound > MAXIMUM_ELEMENTS) return null;
  }
  return elements;
}

/**
 * Where some of a tensor's elements lie in the file, in bytes.
 * @param blockElements elements that are stored together: 32 for the quantised types, otherwise 1
 * @throws {WeightFileError} a range that is not inside the tensor, or that cuts a block
 */
export function partOf(
  source: ByteSource,
  { name, elements, offset, byteLength }: TensorEntry,
  start: number,
  count: number,
  blockElements: number,
): { readonly offset: number; readonly byteLength: number } {
  const inside = start >= 0 && count >= 0 && start + count <= elements;
  if (!inside || start % blockElements !== 0 || count % blockElements !== 0) {
    throw new WeightFileError(
      source.name,
      offset,
      `tensor ${JSON.stringify(name.slice(0, 80))} of ${elements} elements in blocks of ${blockElements} has no part of ${count} elements from element ${start} on`,
    );
  }
  const blockBytes = (byteLength / elements) * blockElements;
  return {
    offset: offset + (start / blockElements) * blockBytes,
    byteLength: (count / blockElements) * blockBytes,
  };
}
