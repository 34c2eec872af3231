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
 * The time of every kernel where a dispatch takes as long as its operations or its bytes, whichever is
 * longer; the longest first. An estimate: it knows nothing of launches, caches and half-empty GPUs.
 */
export function estimatedProfile(dispatches: readonly RecordedDispatch[]): KernelProfile {
  const totals = new Map<string, { dispatches: number; milliseconds: number }>();
  for (const dispatch of dispatches) {
    const total = totals.get(dispatch.kernel) ?? { dispatches: 0, milliseconds: 0 };
    totals.set(dispatch.kernel, total);
    total.dispatches += 1;
    total.milliseconds +=
      1e3 *
      Math.max(
        operationsOfDispatch(dispatch) / OPERATIONS_A_SECOND,
        dispatch.bytes / BYTES_A_SECOND,
      );
  }
  return [...totals]
    .map(([name, total]) => ({ name, ...total }))
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}

/** The share of time in matrix products; the sums of their slices belong to them. */
export function timeShareOfProducts(profile: KernelProfile): number {
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
