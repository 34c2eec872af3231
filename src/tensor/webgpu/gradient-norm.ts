/** The global norm of many gradients on WebGPU, and what follows from it: how they are scaled, or that they are skipped. */

import type * as tf from '@tensorflow/tfjs-core';
import { input } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import type { Kernels } from './register';
import { inGroups, sizeOf } from './strided';
import { IS_FINITE, workgroupReduction } from './workgroup';

const INVOCATIONS = 256;
/** Gradients of one dispatch: eight bindings less the one for the sums. */
const GRADIENTS = 7;
/** Values an invocation adds up before a gradient gets more workgroups. */
const VALUES_AN_INVOCATION = 16;
/** Most workgroups of one gradient. */
const MOST_SLICES = 256;

const SUMS = workgroupReduction('workgroupSums', 'vec2<f32>', INVOCATIONS, (a, b) => `${a} + ${b}`);

/** For every slice of every gradient its sum of squares, and how many of its values are not finite. */
function slicesKernel(gradients: number): Kernel {
  const each = Array.from({ length: gradients }, (_, index) => index);
  const cases = each.map(
    (index) => `case ${index}u: {
      for (var i = first; i < uniforms.size${index}; i += stride) {
        let x = gradient${index}[i];
        sums += vec2<f32>(x * x, select(1.0, 0.0, isFinite(x)));
      }
    }`,
  );
  return {
    name: 'GradientNormSlices',
    variant: String(gradients),
    bindings: [
      ...each.map(
        (index) => ({ name: `gradient${index}`, access: 'read', type: 'array<f32>' }) as const,
      ),
      { name: 'slices', access: 'write', type: 'array<vec2<f32>>' },
    ],
    uniforms: [
      ...each.map((index) => ({ name: `size${index}`, type: 'u32' }) as const),
      { name: 'firstSlice', type: 'u32' },
    ],
    code: `${IS_FINITE}${SUMS}
@compute @workgroup_size(${INVOCATIONS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = group.x * ${INVOCATIONS}u + lane;
  let stride = groups.x * ${INVOCATIONS}u;
  var sums = vec2<f32>();
  switch group.y {
    ${cases.join('\n    ')}
    default: {}
  }
  let total = workgroupSums(sums, lane);
  if (lane == 0u) { slices[uniforms.firstSlice + group.y * groups.x + group.x] = total; }
}`,
  };
}

/** Loss, norm, whether to skip, the factor on gradients, and the settings behind the first. Bits, so that NaN passes. */
const CONTROL: Kernel = {
  name: 'GradientNormControl',
  variant: '',
  bindings: [
    { name: 'slices', access: 'read', type: 'array<vec2<f32>>' },
    { name: 'loss', access: 'read', type: 'array<u32>' },
    { name: 'settings', access: 'read', type: 'array<f32>' },
    { name: 'control', access: 'write', type: 'array<u32>' },
  ],
  uniforms: [
    { name: 'slices', type: 'u32' },
    { name: 'settings', type: 'u32' },
  ],
  code: `${IS_FINITE}${SUMS}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(local_invocation_index) lane: u32) {
  var sums = vec2<f32>();
  for (var i = lane; i < uniforms.slices; i += ${INVOCATIONS}u) { sums += slices[i]; }
  let total = workgroupSums(sums, lane);
  if (lane != 0u) { return; }
  let strange = total.y > 0.0;
  let norm = sqrt(total.x);
  let skipped = strange || !isFinite(total.x) || !isFinite(bitcast<f32>(loss[0]));
  control[0] = loss[0];
  control[1] = select(bitcast<u32>(norm), 0x7fc00000u, strange);
  control[2] = bitcast<u32>(select(0.0, 1.0, skipped));
  // PyTorch's clip_grad_norm_ divides by the norm plus 1e-6 and never scales up.
  control[3] = bitcast<u32>(min(1.0, settings[0] / (norm + 1e-6)));
  for (var i = 1u; i < uniforms.settings; i++) { control[3u + i] = bitcast<u32>(settings[i]); }
}`,
};

/** `GradientNorm` takes `loss`, `settings` (the largest norm first) and `gradient0`, `gradient1`, ... */
export function gradientNormKernels(runner: KernelRunner): Kernels {
  return {
    GradientNorm: ({ inputs }) => {
      const loss = input(inputs, 'loss');
      const settings = input(inputs, 'settings');
      const gradients = Array.from({ length: Object.keys(inputs).length - 2 }, (_, index) =>
        input(inputs, `gradient${index}`),
      ).toSorted((a, b) => sizeOf(b) - sizeOf(a));
      const groups = inGroups(gradients, GRADIENTS).map((group) => ({
        group,
        slices: slicesOf(group),
      }));
      const count = groups.reduce((sum, { group, slices }) => sum + group.length * slices, 0);
      const slices = runner.output([Math.max(1, count), 2]);
      let firstSlice = 0;
      for (const { group, slices: each } of groups) {
        const uniforms: Record<string, number> = { firstSlice };
        group.forEach((gradient, index) => {
          uniforms[`size${index}`] = sizeOf(gradient);
        });
        runner.run(slicesKernel(group.length), [...group, slices], uniforms, [each, group.length]);
        firstSlice += group.length * each;
      }
      const settingCount = sizeOf(settings);
      const control = runner.output([3 + settingCount]);
      const uniforms = { slices: count, settings: settingCount };
      runner.run(CONTROL, [slices, loss, settings, control], uniforms, [1]);
      runner.backend.disposeData(slices.dataId);
      return control;
    },
  };
}

/** Workgroups of each gradient of a dispatch. */
function slicesOf(group: readonly tf.TensorInfo[]): number {
  const largest = Math.max(...group.map(sizeOf));
  return Math.min(
    MOST_SLICES,
    Math.max(1, Math.ceil(largest / (INVOCATIONS * VALUES_AN_INVOCATION))),
  );
}
