/** How much of recorded work is in matrix products, counted and estimated. */

import type { KernelProfile } from '../../src/tensor/kernel-profile';
import type { RecordedDispatch } from './recorded-work';

/** What kernels reach on a laptop's GPU of 2024, of the 15 TFLOP/s and 400 GB/s that such a one is sold with. */
const OPERATIONS_A_SECOND = 10e12;
const BYTES_A_SECOND = 300e9;

/** Floating-point operations of a dispatch, whatever they are for. */
export function operationsOfDispatch({ operations }: RecordedDispatch): number {
  return operations.products + operations.attention + operations.others;
}

/** The share of all operations that is in matrix products, those inside of attention not counted. */
export function shareOfProducts(dispatches: readonly RecordedDispatch[]): number {
  const products = sum(dispatches, ({ operations }) => operations.products);
  return products / sum(dispatches, operationsOfDispatch);
}

/**
 * The share of time in matrix products where every dispatch takes as long as its operations or its bytes,
 * whichever is longer. An estimate: it knows nothing of launches, caches and half-empty GPUs.
 */
export function timeShareOfProducts(dispatches: readonly RecordedDispatch[]): number {
  const seconds = (dispatch: RecordedDispatch): number =>
    Math.max(operationsOfDispatch(dispatch) / OPERATIONS_A_SECOND, dispatch.bytes / BYTES_A_SECOND);
  const products = dispatches.filter(({ operations }) => operations.products > 0);
  return sum(products, seconds) / sum(dispatches, seconds);
}

/** The share of measured time in matrix products; the sums of their slices belong to them. */
export function measuredShareOfProducts(profile: KernelProfile): number {
  const products = profile.filter(({ name }) => name.startsWith('MatMul'));
  const time = (kernels: KernelProfile): number =>
    kernels.reduce((total, { milliseconds }) => total + milliseconds, 0);
  return time(products) / time(profile);
}

function sum(
  dispatches: readonly RecordedDispatch[],
  value: (dispatch: RecordedDispatch) => number,
): number {
  return dispatches.reduce((total, dispatch) => total + value(dispatch), 0);
}
