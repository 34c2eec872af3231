/** Kernels over several tensors of any size at once: workgroups along y belong to one tensor each. */

import * as tf from '@tensorflow/tfjs-core';
import type { Workgroups } from './kernel-runner';

export const STRIDED_INVOCATIONS = 256;
/** Values that one invocation goes through in the largest tensor: enough to hide the cost of starting it. */
const VALUES_AN_INVOCATION = 4;
/** Workgroups along x; beyond, invocations go through more values each. */
const MOST_ALONG_X = 16_384;

/**
 * The entry point of such a kernel.
 *
 * @param before statements before any tensor is looked at
 * @param cases for the tensor with each number, statements that see `first` and `stride`: the first value
 *   of this invocation and the way to its next one
 */
export function stridedMain(before: string, cases: readonly string[]): string {
  return `
@compute @workgroup_size(${STRIDED_INVOCATIONS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = group.x * ${STRIDED_INVOCATIONS}u + lane;
  let stride = groups.x * ${STRIDED_INVOCATIONS}u;
  ${before}
  switch group.y {
    ${cases.map((statements, index) => `case ${index}u: { ${statements} }`).join('\n    ')}
    default: {}
  }
}`;
}

/** Workgroups for tensors of these sizes. */
export function stridedWorkgroups(sizes: readonly number[]): Workgroups {
  const largest = Math.max(1, ...sizes);
  const wanted = Math.ceil(largest / (STRIDED_INVOCATIONS * VALUES_AN_INVOCATION));
  return [Math.min(MOST_ALONG_X, wanted), sizes.length];
}

/** Values of a tensor. */
export const sizeOf = ({ shape }: tf.TensorInfo): number => tf.util.sizeFromShape([...shape]);

/** Pieces of a list of at most so many. */
export function inGroups<Item>(items: readonly Item[], most: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, group) =>
    items.slice(group * most, (group + 1) * most),
  );
}
