/** What a weight file's header says of one tensor, whichever format the file has. */

import { MAXIMUM_ELEMENTS } from './limits';

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
