/** The RMSNorm kernels of the WebGPU backend, forward and backward. */

import * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import { kernelVariants } from './kernel-variants';
import type { Kernels } from './register';
import { ROW_OF_WORKGROUP, workgroupReduction, workgroupsOfRows } from './workgroup';

/** Invocations of a workgroup, which share one row. */
const INVOCATIONS = 64;
/** Rows of one slice of the weight's gradient, so that its sum has a fixed order. */
const SLICE_ROWS = 64;
const SUM = workgroupReduction('workgroupSum', 'f32', INVOCATIONS, (a, b) => `${a} + ${b}`);

const SIZES = [
  { name: 'rows', type: 'u32' },
  { name: 'size', type: 'u32' },
] as const;

const FORWARD: Kernel = {
  name: 'RmsNorm',
  variant: '',
  bindings: [
    { name: 'x', access: 'read', type: 'array<f32>' },
    { name: 'weight', access: 'read', type: 'array<f32>' },
    { name: 'normed', access: 'write', type: 'array<f32>' },
    { name: 'inverses', access: 'write', type: 'array<f32>' },
  ],
  uniforms: [...SIZES, { name: 'epsilon', type: 'f32' }],
  code: `${ROW_OF_WORKGROUP}${SUM}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = rowOfWorkgroup(group);
  if (row >= uniforms.rows) { return; }
  let start = row * uniforms.size;
  var squares = 0.0;
  for (var i = lane; i < uniforms.size; i += ${INVOCATIONS}u) {
    squares += x[start + i] * x[start + i];
  }
  let mean = workgroupSum(squares, lane) / f32(uniforms.size);
  let inverse = inverseSqrt(mean + uniforms.epsilon);
  if (lane == 0u) { inverses[row] = inverse; }
  for (var i = lane; i < uniforms.size; i += ${INVOCATIONS}u) {
    normed[start + i] = x[start + i] * inverse * weight[i];
  }
}`,
};

/** `dx = r (g w - x r² mean(g w x))`, with `r` the inverse root mean square of the row; beside it, what it adds to. */
const gradientOfX = kernelVariants(({ beside }: { readonly beside: boolean }): Kernel => ({
  name: 'RmsNormGradientOfX',
  variant: beside ? 'beside' : '',
  bindings: [
    { name: 'gradient', access: 'read', type: 'array<f32>' },
    { name: 'x', access: 'read', type: 'array<f32>' },
    { name: 'weight', access: 'read', type: 'array<f32>' },
    { name: 'inverses', access: 'read', type: 'array<f32>' },
    ...(beside ? [{ name: 'ofStream', access: 'read', type: 'array<f32>' } as const] : []),
    { name: 'gradientOfX', access: 'write', type: 'array<f32>' },
  ],
  uniforms: SIZES,
  code: `${ROW_OF_WORKGROUP}${SUM}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = rowOfWorkgroup(group);
  if (row >= uniforms.rows) { return; }
  let start = row * uniforms.size;
  var products = 0.0;
  for (var i = lane; i < uniforms.size; i += ${INVOCATIONS}u) {
    products += gradient[start + i] * weight[i] * x[start + i];
  }
  let inverse = inverses[row];
  let pull = workgroupSum(products, lane) / f32(uniforms.size) * inverse * inverse;
  for (var i = lane; i < uniforms.size; i += ${INVOCATIONS}u) {
    let at = start + i;
    let ofNorm = inverse * (gradient[at] * weight[i] - x[at] * pull);
    gradientOfX[at] = ${beside ? 'ofStream[at] + ofNorm' : 'ofNorm'};
  }
}`,
}));

/** One row of partial sums for every slice of rows: `sum(g x r)`. */
const SLICES_OF_WEIGHT: Kernel = {
  name: 'RmsNormSlicesOfWeight',
  variant: '',
  bindings: [
    { name: 'gradient', access: 'read', type: 'array<f32>' },
    { name: 'x', access: 'read', type: 'array<f32>' },
    { name: 'inverses', access: 'read', type: 'array<f32>' },
    { name: 'slices', access: 'write', type: 'array<f32>' },
  ],
  uniforms: SIZES,
  code: `
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * ${INVOCATIONS}u + lane;
  if (column >= uniforms.size) { return; }
  let first = group.y * ${SLICE_ROWS}u;
  let end = min(first + ${SLICE_ROWS}u, uniforms.rows);
  var sum = 0.0;
  for (var row = first; row < end; row++) {
    let at = row * uniforms.size + column;
    sum += gradient[at] * x[at] * inverses[row];
  }
  slices[group.y * uniforms.size + column] = sum;
}`,
};

const SUM_OF_SLICES: Kernel = {
  name: 'RmsNormGradientOfWeight',
  variant: '',
  bindings: [
    { name: 'slices', access: 'read', type: 'array<f32>' },
    { name: 'gradientOfWeight', access: 'write', type: 'array<f32>' },
  ],
  uniforms: SIZES,
  code: `
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let column = invocation.x;
  if (column >= uniforms.size) { return; }
  var sum = 0.0;
  for (var row = 0u; row < uniforms.rows; row++) { sum += slices[row * uniforms.size + column]; }
  gradientOfWeight[column] = sum;
}`,
};

/**
 * `RmsNorm` gives the result and `inverses` `[rows]`; its gradient those of `x` and of the weight, the former
 * added to `ofStream` in `RmsNormBesideGradient`.
 */
export function rmsNormKernels(runner: KernelRunner): Kernels {
  const gradients: tf.KernelFunc = ({ inputs }) => {
    const x = input(inputs, 'x');
    const gradient = input(inputs, 'gradient');
    const weight = input(inputs, 'weight');
    const inverses = input(inputs, 'inverses');
    const { ofStream } = inputs;
    const { rows, size } = rowsOf(x);
    const ofX = runner.output(x.shape);
    const beside = ofStream !== undefined;
    const tensors = [gradient, x, weight, inverses, ...(beside ? [ofStream] : []), ofX];
    runner.run(gradientOfX({ beside }), tensors, { rows, size }, workgroupsOfRows(rows));
    const count = Math.ceil(rows / SLICE_ROWS);
    const slices = runner.output([count, size]);
    const columns = Math.ceil(size / INVOCATIONS);
    const ofSlices = [gradient, x, inverses, slices];
    runner.run(SLICES_OF_WEIGHT, ofSlices, { rows, size }, [columns, count]);
    const gradientOfWeight = runner.output(weight.shape);
    const sums = [slices, gradientOfWeight];
    runner.run(SUM_OF_SLICES, sums, { rows: count, size }, [columns]);
    runner.backend.disposeData(slices.dataId);
    return [ofX, gradientOfWeight];
  };
  return {
    RmsNorm: ({ inputs, attrs }) => {
      const x = input(inputs, 'x');
      const { rows, size } = rowsOf(x);
      const normed = runner.output(x.shape);
      const inverses = runner.output([rows]);
      const epsilon = numberAttribute(attrs, 'epsilon');
      const uniforms = { rows, size, epsilon };
      const tensors = [x, input(inputs, 'weight'), normed, inverses];
      runner.run(FORWARD, tensors, uniforms, workgroupsOfRows(rows));
      return [normed, inverses];
    },
    RmsNormGradient: gradients,
    RmsNormBesideGradient: gradients,
  };
}

function rowsOf({ shape }: tf.TensorInfo): { readonly rows: number; readonly size: number } {
  const size = shape.at(-1) ?? 1;
  return { rows: tf.util.sizeFromShape(shape) / size, size };
}
