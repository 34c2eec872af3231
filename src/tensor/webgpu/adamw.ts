/** AdamW on WebGPU: several parameters a dispatch, in place, or not at all where the control says so. */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import type { Kernels } from './register';
import { sizeOf, stridedMain, stridedWorkgroups } from './strided';

/**
 * Bindings of one kernel: parameter and gradient of each, the moments and the control.
 *
 * @param together whether both moments are one buffer, the second moments behind all first ones
 */
function updateKernel(parameters: number, together: boolean): Kernel {
  const each = Array.from({ length: parameters }, (_, index) => index);
  const [first, second] = together
    ? ['moments[at]', 'moments[uniforms.total + at]']
    : ['firstMoments[at]', 'secondMoments[at]'];
  const moments = together ? ['moments'] : ['firstMoments', 'secondMoments'];
  const cases = each.map(
    (index) => `
      let decay = select(1.0, control[4], uniforms.decays${index} != 0u);
      for (var i = first; i < uniforms.size${index}; i += stride) {
        let at = uniforms.start${index} + i;
        let gradient = gradient${index}[i] * control[3];
        let mean = ${first} * uniforms.beta1 + gradient * uniforms.rest1;
        let square = ${second} * uniforms.beta2 + gradient * gradient * uniforms.rest2;
        ${first} = mean;
        ${second} = square;
        let step = mean / (sqrt(square) / control[5] + uniforms.epsilon) * control[6];
        parameter${index}[i] = parameter${index}[i] * decay - step;
      }`,
  );
  return {
    name: 'AdamwGroup',
    variant: `${parameters}${together ? '' : 'apart'}`,
    bindings: [
      ...each.flatMap(
        (index) =>
          [
            { name: `parameter${index}`, access: 'write', type: 'array<f32>' },
            { name: `gradient${index}`, access: 'read', type: 'array<f32>' },
          ] as const,
      ),
      ...moments.map((name) => ({ name, access: 'write', type: 'array<f32>' }) as const),
      { name: 'control', access: 'read', type: 'array<f32>' },
    ],
    uniforms: [
      ...each.flatMap(
        (index) =>
          [
            { name: `size${index}`, type: 'u32' },
            { name: `start${index}`, type: 'u32' },
            { name: `decays${index}`, type: 'u32' },
          ] as const,
      ),
      { name: 'total', type: 'u32' },
      { name: 'beta1', type: 'f32' },
      { name: 'rest1', type: 'f32' },
      { name: 'beta2', type: 'f32' },
      { name: 'rest2', type: 'f32' },
      { name: 'epsilon', type: 'f32' },
    ],
    code: stridedMain('if (control[2] != 0.0) { return; }', cases),
  };
}

/**
 * `AdamwGroup` takes `parameter0`, `gradient0`, `parameter1`, ..., their moments one parameter behind the
 * other (`moments`, or `firstMoments` and `secondMoments`) and the `control` of `GradientNorm`.
 */
export function adamwKernels(runner: KernelRunner): Kernels {
  return {
    AdamwGroup: ({ inputs, attrs }) => {
      const moments = momentsOf(inputs);
      const count = (Object.keys(inputs).length - moments.length - 1) / 2;
      const beta1 = numberAttribute(attrs, 'beta1');
      const beta2 = numberAttribute(attrs, 'beta2');
      const uniforms: Record<string, number> = {
        beta1,
        rest1: 1 - beta1,
        beta2,
        rest2: 1 - beta2,
        epsilon: numberAttribute(attrs, 'epsilon'),
      };
      const tensors: tf.TensorInfo[] = [];
      const sizes: number[] = [];
      let total = 0;
      for (let index = 0; index < count; index++) {
        const parameter = input(inputs, `parameter${index}`);
        tensors.push(parameter, input(inputs, `gradient${index}`));
        const size = sizeOf(parameter);
        sizes.push(size);
        uniforms[`size${index}`] = size;
        uniforms[`start${index}`] = total;
        uniforms[`decays${index}`] = numberAttribute(attrs, `decays${index}`);
        total += size;
      }
      uniforms['total'] = total;
      runner.run(
        updateKernel(count, moments.length === 1),
        [...tensors, ...moments, input(inputs, 'control')],
        uniforms,
        stridedWorkgroups(sizes),
      );
      return [];
    },
  };
}

function momentsOf(inputs: tf.NamedTensorInfoMap): tf.TensorInfo[] {
  const together = inputs['moments'];
  if (together !== undefined) return [together];
  return [input(inputs, 'firstMoments'), input(inputs, 'secondMoments')];
}
