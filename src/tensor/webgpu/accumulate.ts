/** Sums and products in place on WebGPU: large gradients are added up without a second copy. */

import { input } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import type { Kernels } from './register';
import { inGroups, sizeOf, stridedMain, stridedWorkgroups } from './strided';

/** Two bindings each, of eight. */
const PAIRS = 4;

/** `sum += addend` for several pairs. */
function addKernel(pairs: number): Kernel {
  const each = Array.from({ length: pairs }, (_, index) => index);
  return {
    name: 'AddInto',
    variant: String(pairs),
    bindings: each.flatMap((index) => [
      { name: `sum${index}`, access: 'write' as const, type: 'array<f32>' },
      { name: `addend${index}`, access: 'read' as const, type: 'array<f32>' },
    ]),
    uniforms: each.map((index) => ({ name: `size${index}`, type: 'u32' }) as const),
    code: stridedMain(
      '',
      each.map(
        (index) =>
          `for (var i = first; i < uniforms.size${index}; i += stride) { sum${index}[i] += addend${index}[i]; }`,
      ),
    ),
  };
}

const SCALE: Kernel = {
  name: 'ScaleInPlace',
  variant: '',
  bindings: [
    { name: 'values', access: 'write', type: 'array<f32>' },
    { name: 'factor', access: 'read', type: 'array<f32>' },
  ],
  uniforms: [{ name: 'size', type: 'u32' }],
  code: stridedMain(
    // One is what most losses ask for, and nothing has to be moved for it.
    'let by = factor[0]; if (by == 1.0) { return; }',
    ['for (var i = first; i < uniforms.size; i += stride) { values[i] *= by; }'],
  ),
};

/** `AddInto` takes `sum0`, `addend0`, `sum1`, ... and changes the sums; `ScaleInPlace` multiplies by a scalar. */
export function accumulateKernels(runner: KernelRunner): Kernels {
  return {
    AddInto: ({ inputs }) => {
      const pairs = Array.from({ length: Object.keys(inputs).length / 2 }, (_, index) => ({
        sum: input(inputs, `sum${index}`),
        addend: input(inputs, `addend${index}`),
      }));
      for (const group of inGroups(pairs, PAIRS)) {
        const sizes = group.map(({ sum }) => sizeOf(sum));
        runner.run(
          addKernel(group.length),
          group.flatMap(({ sum, addend }) => [sum, addend]),
          Object.fromEntries(sizes.map((size, index) => [`size${index}`, size])),
          stridedWorkgroups(sizes),
        );
      }
      return [];
    },
    ScaleInPlace: ({ inputs }) => {
      const values = input(inputs, 'values');
      const size = sizeOf(values);
      runner.run(SCALE, [values, input(inputs, 'factor')], { size }, stridedWorkgroups([size]));
      return [];
    },
  };
}
