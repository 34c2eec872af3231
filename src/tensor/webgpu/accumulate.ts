/** Sums and products in place on WebGPU: large gradients are added up without a second copy. */

import * as tf from '@tensorflow/tfjs-core';
import { input } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner, Workgroups } from './kernel-runner';
import type { Kernels } from './register';

const INVOCATIONS = 256;
/** Two bindings each, of eight. */
const PAIRS = 4;
/** Workgroups along x; every invocation goes on with strides of all of them. */
const MOST_ALONG_X = 16_384;

const sizeUniform = (index: number) => ({ name: `size${index}`, type: 'u32' }) as const;

/** `sum += addend` for several pairs; workgroups along y belong to one pair each. */
function addKernel(pairs: number): Kernel {
  const each = Array.from({ length: pairs }, (_, index) => index);
  const cases = each.map(
    (index) => `case ${index}u: {
      for (var i = first; i < uniforms.size${index}; i += stride) { sum${index}[i] += addend${index}[i]; }
    }`,
  );
  return {
    name: 'AddInto',
    variant: String(pairs),
    bindings: each.flatMap((index) => [
      { name: `sum${index}`, access: 'write' as const, type: 'array<f32>' },
      { name: `addend${index}`, access: 'read' as const, type: 'array<f32>' },
    ]),
    uniforms: each.map(sizeUniform),
    code: `
@compute @workgroup_size(${INVOCATIONS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = group.x * ${INVOCATIONS}u + lane;
  let stride = groups.x * ${INVOCATIONS}u;
  switch group.y {
    ${cases.join('\n    ')}
    default: {}
  }
}`,
  };
}

const SCALE: Kernel = {
  name: 'ScaleInPlace',
  variant: '',
  bindings: [
    { name: 'values', access: 'write', type: 'array<f32>' },
    { name: 'factor', access: 'read', type: 'array<f32>' },
  ],
  uniforms: [sizeUniform(0)],
  code: `
@compute @workgroup_size(${INVOCATIONS})
fn main(
  @builtin(global_invocation_id) invocation: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let by = factor[0];
  // What most losses ask for, and nothing has to be moved for it.
  if (by == 1.0) { return; }
  for (var i = invocation.x; i < uniforms.size0; i += groups.x * ${INVOCATIONS}u) { values[i] *= by; }
}`,
};

const sizeOf = ({ shape }: tf.TensorInfo): number => tf.util.sizeFromShape(shape);

function workgroups(largest: number, along: number): Workgroups {
  return [Math.min(MOST_ALONG_X, Math.max(1, Math.ceil(largest / INVOCATIONS))), along];
}

/** `AddInto` takes `sum0`, `addend0`, `sum1`, ... and changes the sums; `ScaleInPlace` multiplies by a scalar. */
export function accumulateKernels(runner: KernelRunner): Kernels {
  return {
    AddInto: ({ inputs }) => {
      const count = Object.keys(inputs).length / 2;
      for (let start = 0; start < count; start += PAIRS) {
        const pairs = Math.min(PAIRS, count - start);
        const tensors: tf.TensorInfo[] = [];
        const uniforms: Record<string, number> = {};
        for (let index = 0; index < pairs; index++) {
          const sum = input(inputs, `sum${start + index}`);
          tensors.push(sum, input(inputs, `addend${start + index}`));
          uniforms[`size${index}`] = sizeOf(sum);
        }
        const largest = Math.max(...Object.values(uniforms));
        runner.run(addKernel(pairs), tensors, uniforms, workgroups(largest, pairs));
      }
      return [];
    },
    ScaleInPlace: ({ inputs }) => {
      const values = input(inputs, 'values');
      const size = sizeOf(values);
      const tensors = [values, input(inputs, 'factor')];
      runner.run(SCALE, tensors, { size0: size }, workgroups(size, 1));
      return [];
    },
  };
}
