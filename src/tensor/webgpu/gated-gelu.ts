/** The gated GELU kernels of the WebGPU backend, one dispatch forward and one backward. */

import * as tf from '@tensorflow/tfjs-core';
import { input } from '../kernel-inputs';
import { ELEMENT_INDEX, ELEMENT_INVOCATIONS, elementGroups, elementType } from './elementwise';
import type { KernelRunner } from './kernel-runner';
import { kernelVariants } from './kernel-variants';
import type { Kernels } from './register';

/** The tanh of GELU; its argument is cut where the result is 1 in f32, because some GPUs overflow beyond. */
const tanhOf = (type: string): string => `
fn geluTanh(x: ${type}) -> ${type} {
  let inner = ${Math.sqrt(2 / Math.PI)} * (x + 0.044715 * x * x * x);
  return tanh(clamp(inner, ${type}(-12.0), ${type}(12.0)));
}`;

const main = (body: string): string => `
@compute @workgroup_size(${ELEMENT_INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = ${ELEMENT_INDEX};
  if (i >= uniforms.elements) { return; }
  ${body}
}`;

interface Variant {
  readonly vectors: boolean;
}

const forward = kernelVariants(({ vectors }: Variant) => {
  const type = elementType(vectors);
  return {
    name: 'GatedGelu',
    variant: type,
    bindings: [
      { name: 'gate', access: 'read', type: `array<${type}>` },
      { name: 'up', access: 'read', type: `array<${type}>` },
      { name: 'output', access: 'write', type: `array<${type}>` },
    ],
    uniforms: [{ name: 'elements', type: 'u32' }],
    code: `${tanhOf(type)}
${main('output[i] = 0.5 * gate[i] * (1.0 + geluTanh(gate[i])) * up[i];')}`,
  };
});

const backward = kernelVariants(({ vectors }: Variant) => {
  const type = elementType(vectors);
  return {
    name: 'GatedGeluGradient',
    variant: type,
    bindings: [
      { name: 'gradient', access: 'read', type: `array<${type}>` },
      { name: 'gate', access: 'read', type: `array<${type}>` },
      { name: 'up', access: 'read', type: `array<${type}>` },
      { name: 'gradientOfGate', access: 'write', type: `array<${type}>` },
      { name: 'gradientOfUp', access: 'write', type: `array<${type}>` },
    ],
    uniforms: [{ name: 'elements', type: 'u32' }],
    code: `${tanhOf(type)}
${main(`
  let x = gate[i];
  let t = geluTanh(x);
  let slope = ${Math.sqrt(2 / Math.PI)} * (1.0 + 0.134145 * x * x);
  let derivative = 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope;
  gradientOfGate[i] = gradient[i] * up[i] * derivative;
  gradientOfUp[i] = gradient[i] * 0.5 * x * (1.0 + t);`)}`,
  };
});

/** `GatedGelu` gives `gelu(gate) * up`; its gradient those of gate and up. */
export function gatedGeluKernels(runner: KernelRunner): Kernels {
  const dispatchOf = ({ shape }: tf.TensorInfo) => {
    const size = tf.util.sizeFromShape(shape);
    const vectors = size % 4 === 0;
    const elements = vectors ? size / 4 : size;
    return { variant: { vectors }, uniforms: { elements }, groups: elementGroups(elements) };
  };
  return {
    GatedGelu: ({ inputs }) => {
      const gate = input(inputs, 'gate');
      const { variant, uniforms, groups } = dispatchOf(gate);
      const output = runner.output(gate.shape);
      runner.run(forward(variant), [gate, input(inputs, 'up'), output], uniforms, groups);
      return output;
    },
    GatedGeluGradient: ({ inputs }) => {
      const gate = input(inputs, 'gate');
      const given = [input(inputs, 'gradient'), gate, input(inputs, 'up')];
      const { variant, uniforms, groups } = dispatchOf(gate);
      const gradients = [runner.output(gate.shape), runner.output(gate.shape)];
      runner.run(backward(variant), [...given, ...gradients], uniforms, groups);
      return gradients;
    },
  };
}
