/** Dispatches over all elements of tensors, four at a time where their number allows. */

import type { Workgroups } from './kernel-runner';

export const ELEMENT_INVOCATIONS = 256;
/** Workgroups along x; further ones go along y. */
const GROUPS_ALONG_X = 32_768;

/** The WGSL type of an element: a vector of four floats, or a float. */
export const elementType = (vectors: boolean): string => (vectors ? 'vec4<f32>' : 'f32');

/** WGSL of the index of an invocation's element, from `group` and `lane`. */
export const ELEMENT_INDEX = `(group.y * ${GROUPS_ALONG_X}u + group.x) * ${ELEMENT_INVOCATIONS}u + lane`;

export function elementGroups(elements: number): Workgroups {
  const groups = Math.ceil(elements / ELEMENT_INVOCATIONS);
  return [Math.min(groups, GROUPS_ALONG_X), Math.ceil(groups / GROUPS_ALONG_X)];
}
