/** The attention kernels of the wasm backend, forward and backward. */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { KernelModule } from './kernel-module';

/** Output `[batch, queries, inner]` and probabilities `[batch, heads, queries, keys]`. */
export function attentionKernel(module: KernelModule): tf.KernelFunc {
  const attention = module.function('attention');
  const scratchBytes = module.function('attentionScratchBytes');
  return ({ inputs, attrs }) => {
    const query = input(inputs, 'query');
    const key = input(inputs, 'key');
    const value = input(inputs, 'value');
    const sizes = attentionSizes(query, key, numberAttribute(attrs, 'heads'));
    const { batch, heads, queries, keys, size } = sizes;
    const output = module.output([batch, queries, heads * size]);
    const probabilities = module.output([batch, heads, queries, keys]);
    attention(
      module.pointer(query),
      module.pointer(key),
      module.pointer(value),
      optionalPointer(module, inputs['bias']),
      optionalPointer(module, inputs['mask']),
      module.pointer(output),
      module.pointer(probabilities),
      batch,
      heads,
      queries,
      keys,
      size,
      Number(attrs?.['causal'] === true),
      module.scratch(scratchBytes(queries, keys, size)),
    );
    return [output, probabilities];
  };
}

/** Gradients of query, key, value and, where there was one, of the bias `[heads, queries, keys]`. */
export function attentionGradientKernel(module: KernelModule): tf.KernelFunc {
  const attentionGradient = module.function('attentionGradient');
  const scratchBytes = module.function('attentionScratchBytes');
  return ({ inputs, attrs }) => {
    const query = input(inputs, 'query');
    const key = input(inputs, 'key');
    const value = input(inputs, 'value');
    const sizes = attentionSizes(query, key, numberAttribute(attrs, 'heads'));
    const { batch, heads, queries, keys, size } = sizes;
    const gradientQuery = module.output(query.shape);
    const gradientKey = module.output(key.shape);
    const gradientValue = module.output(value.shape);
    const gradientBias =
      inputs['bias'] === undefined ? undefined : module.output([heads, queries, keys]);
    attentionGradient(
      module.pointer(input(inputs, 'gradient')),
      module.pointer(query),
      module.pointer(key),
      module.pointer(value),
      optionalPointer(module, inputs['mask']),
      module.pointer(input(inputs, 'kept')),
      module.pointer(gradientQuery),
      module.pointer(gradientKey),
      module.pointer(gradientValue),
      optionalPointer(module, gradientBias),
      batch,
      heads,
      queries,
      keys,
      size,
      Number(attrs?.['causal'] === true),
      module.scratch(scratchBytes(queries, keys, size)),
    );
    const gradients = [gradientQuery, gradientKey, gradientValue];
    return gradientBias ? [...gradients, gradientBias] : gradients;
  };
}

function optionalPointer(module: KernelModule, tensor: tf.TensorInfo | undefined): number {
  return tensor ? module.pointer(tensor) : 0;
}

function attentionSizes(query: tf.TensorInfo, key: tf.TensorInfo, heads: number) {
  const [batch = 0, queries = 0, inner = 0] = query.shape;
  return { batch, heads, queries, keys: key.shape[1] ?? 0, size: inner / heads };
}
