/** The gradient of an embedding table on WebGPU: the ids are sorted, and every row's gradients summed in order. */

import * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import { elementType } from './elementwise';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import { kernelVariants } from './kernel-variants';
import type { Kernels } from './register';

const INVOCATIONS = 64;
/** Workgroups along x; further rows of the table go along y. */
const GROUPS_ALONG_X = 32_768;
/** Positions of one slice of a small table's gradient. */
const SLICE = 256;

const POSITIONS = { name: 'positions', type: 'u32' } as const;

/**
 * A stable sort by counting: the place of a position is the number of smaller ids, and of equal ones before
 * it. Quadratic, but in one dispatch without atomics: a batch of 8 x 192 ids takes 2.4 million comparisons.
 */
const SORT: Kernel = {
  name: 'EmbeddingSort',
  variant: '',
  bindings: [
    { name: 'ids', access: 'read', type: 'array<i32>' },
    { name: 'sortedIds', access: 'write', type: 'array<i32>' },
    { name: 'order', access: 'write', type: 'array<u32>' },
  ],
  uniforms: [POSITIONS],
  code: `
var<workgroup> others: array<i32, ${INVOCATIONS}>;
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let position = group.x * ${INVOCATIONS}u + lane;
  let id = ids[min(position, uniforms.positions - 1u)];
  var place = 0u;
  for (var first = 0u; first < uniforms.positions; first += ${INVOCATIONS}u) {
    others[lane] = ids[min(first + lane, uniforms.positions - 1u)];
    workgroupBarrier();
    let count = min(${INVOCATIONS}u, uniforms.positions - first);
    for (var i = 0u; i < count; i++) {
      let other = others[i];
      place += u32(other < id || (other == id && first + i < position));
    }
    workgroupBarrier();
  }
  if (position < uniforms.positions) {
    sortedIds[place] = id;
    order[place] = position;
  }
}`,
};

/**
 * Every row of the table is written once, by a workgroup that looks up its segment of the sorted ids: the
 * sum of its gradients in the order of their positions, or zeros.
 */
const rowsOfTable = kernelVariants(({ vectors }: { readonly vectors: boolean }): Kernel => {
  const type = elementType(vectors);
  return {
    name: 'EmbeddingGradient',
    variant: type,
    bindings: [
      { name: 'gradient', access: 'read', type: `array<${type}>` },
      { name: 'sortedIds', access: 'read', type: 'array<i32>' },
      { name: 'order', access: 'read', type: 'array<u32>' },
      { name: 'table', access: 'write', type: `array<${type}>` },
    ],
    uniforms: [POSITIONS, { name: 'rows', type: 'u32' }, { name: 'columns', type: 'u32' }],
    code: `
/** The first place whose id is not smaller. */
fn placeOf(id: i32) -> u32 {
  var low = 0u;
  var high = uniforms.positions;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (sortedIds[middle] < id) { low = middle + 1u; } else { high = middle; }
  }
  return low;
}
fn gradientAt(place: u32, column: u32) -> ${type} {
  return gradient[order[place] * uniforms.columns + column];
}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * ${GROUPS_ALONG_X}u + group.x;
  let column = group.z * ${INVOCATIONS}u + lane;
  if (row >= uniforms.rows || column >= uniforms.columns) { return; }
  let end = placeOf(i32(row) + 1);
  var place = placeOf(i32(row));
  var sum = ${type}();
  // Four loads before their sum, so that they wait for memory together.
  for (; place + 4u <= end; place += 4u) {
    let first = gradientAt(place, column);
    let second = gradientAt(place + 1u, column);
    let third = gradientAt(place + 2u, column);
    let fourth = gradientAt(place + 3u, column);
    sum += (first + second) + (third + fourth);
  }
  for (; place < end; place++) { sum += gradientAt(place, column); }
  table[row * uniforms.columns + column] = sum;
}`,
  };
});

const TABLE = [POSITIONS, { name: 'columns', type: 'u32' }, { name: 'size', type: 'u32' }] as const;

/** Small tables, such as those of position biases: for every slice of positions a table of its own. */
const SLICES: Kernel = {
  name: 'EmbeddingGradientSlices',
  variant: '',
  bindings: [
    { name: 'gradient', access: 'read', type: 'array<f32>' },
    { name: 'ids', access: 'read', type: 'array<i32>' },
    { name: 'slices', access: 'write', type: 'array<f32>' },
  ],
  uniforms: TABLE,
  code: `
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = group.x * ${INVOCATIONS}u + lane;
  if (element >= uniforms.size) { return; }
  let id = i32(element / uniforms.columns);
  let column = element % uniforms.columns;
  let first = group.y * ${SLICE}u;
  var sum = 0.0;
  for (var position = first; position < min(first + ${SLICE}u, uniforms.positions); position++) {
    if (ids[position] == id) { sum += gradient[position * uniforms.columns + column]; }
  }
  slices[group.y * uniforms.size + element] = sum;
}`,
};

const SUM_OF_SLICES: Kernel = {
  name: 'EmbeddingGradientOfSlices',
  variant: '',
  bindings: [
    { name: 'slices', access: 'read', type: 'array<f32>' },
    { name: 'table', access: 'write', type: 'array<f32>' },
  ],
  uniforms: TABLE,
  code: `
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let element = invocation.x;
  if (element >= uniforms.size) { return; }
  var sum = 0.0;
  for (var slice = 0u; slice < (uniforms.positions + ${SLICE - 1}u) / ${SLICE}u; slice++) {
    sum += slices[slice * uniforms.size + element];
  }
  table[element] = sum;
}`,
};

/** `EmbeddingGradient` sums rows of `gradient` `[..., model]` by their `ids` into a table `[rows, model]`. */
export function embeddingGradientKernels(runner: KernelRunner): Kernels {
  return {
    EmbeddingGradient: ({ inputs, attrs }) => {
      const gradient = input(inputs, 'gradient');
      const ids = input(inputs, 'ids');
      const rows = numberAttribute(attrs, 'rows');
      const columns = gradient.shape.at(-1) ?? 1;
      const positions = tf.util.sizeFromShape(ids.shape);
      const size = rows * columns;
      // The sort compares every two positions; the slices visit every element of the table for each.
      if (size < positions) {
        const count = Math.ceil(positions / SLICE);
        const groups = Math.ceil(size / INVOCATIONS);
        const uniforms = { positions, columns, size };
        const slices = runner.output([count, size]);
        runner.run(SLICES, [gradient, ids, slices], uniforms, [groups, count]);
        const table = runner.output([rows, columns]);
        runner.run(SUM_OF_SLICES, [slices, table], uniforms, [groups]);
        runner.backend.disposeData(slices.dataId);
        return table;
      }
      const sortedIds = runner.output([positions], 'int32');
      const order = runner.output([positions], 'int32');
      const groups = Math.ceil(positions / INVOCATIONS);
      runner.run(SORT, [ids, sortedIds, order], { positions }, [groups]);
      const table = runner.output([rows, columns]);
      const vectors = columns % 4 === 0;
      const perRow = vectors ? columns / 4 : columns;
      const uniforms = { positions, rows, columns: perRow };
      runner.run(rowsOfTable({ vectors }), [gradient, sortedIds, order, table], uniforms, [
        Math.min(rows, GROUPS_ALONG_X),
        Math.ceil(rows / GROUPS_ALONG_X),
        Math.ceil(perRow / INVOCATIONS),
      ]);
      runner.backend.disposeData(sortedIds.dataId);
      runner.backend.disposeData(order.dataId);
      return table;
    },
  };
}
