/** Counts what is recorded for a GPU, tfjs's work and ours alike; on demand without executing it. */

import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../../src/tensor/webgpu/kernel';
import { runnerOf } from '../../src/tensor/webgpu/running';
import { operationsOf, type Operations } from './operation-count';

export interface RecordedDispatch {
  readonly kernel: string;
  /** That it moves between memory and GPU: of every tensor it reads or writes, and twice of one it changes in place. */
  readonly bytes: number;
  readonly operations: Operations;
}

export interface RecordedWork {
  readonly dispatches: readonly RecordedDispatch[];
  readonly submits: number;
}

/** Commands that the current backend records while `run` runs. */
export async function countWork(run: () => Promise<void>): Promise<RecordedWork> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Expected the WebGPU backend.');
  const dispatches: RecordedDispatch[] = [];
  const add = (kernel: string, bytes: number, uniforms: Readonly<Record<string, number>>): void => {
    dispatches.push({ kernel, bytes, operations: operationsOf(kernel, uniforms, bytes) });
  };
  const undo = [() => Reflect.deleteProperty(backend, 'runWebGPUProgram')];
  const runProgram = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, inputs, ...others) => {
    const output = runProgram(program, inputs, ...others);
    const { name } = program.constructor;
    // Of the table it looks rows up in, it reads as much as it writes.
    const moved = name === 'GatherProgram' ? [output, ...inputs.slice(1)] : inputs;
    add(name, bytesOf([...moved, output]), {});
    return output;
  };
  const runner = runnerOf(backend);
  if (runner !== undefined) {
    const runKernel = runner.run.bind(runner);
    runner.run = (kernel, tensors, uniforms, workgroups) => {
      runKernel(kernel, tensors, uniforms, workgroups);
      add(kernel.name, bytesOf(tensors) + bytesChangedInPlace(kernel, tensors), uniforms);
    };
    undo.push(() => Reflect.deleteProperty(runner, 'run'));
  }
  let submits = 0;
  undo.push(
    replaceSubmit((submit) => {
      submits += 1;
      submit();
    }),
  );
  try {
    await run();
  } finally {
    for (const back of undo) back();
  }
  return { dispatches, submits };
}

const bytesOf = (tensors: readonly tf.TensorInfo[]): number =>
  tensors.reduce((sum, { shape }) => sum + 4 * tf.util.sizeFromShape(shape), 0);

/** Kernels that read what they write, but for small results. */
const IN_PLACE: ReadonlySet<string> = new Set(['AdamwGroup', 'AddInto', 'LanguageModelLossRows']);

/** What a kernel writes where it has read it; less than nothing for tensors it leaves alone. */
function bytesChangedInPlace(
  { name, bindings }: Kernel,
  tensors: readonly tf.TensorInfo[],
): number {
  // The gradient of a loss is 1: the kernel reads it, and returns without scaling anything by it.
  if (name === 'ScaleInPlace') return -bytesOf(tensors.slice(0, 1));
  if (!IN_PLACE.has(name)) return 0;
  return bytesOf(tensors.filter((_, index) => bindings[index]?.access === 'write'));
}

/**
 * Records and allocates, but submits nothing: values read are zeros. Dispatches and memory of a shape are
 * known in seconds where computing it takes a software GPU an hour.
 */
export async function withoutExecution<Result>(run: () => Promise<Result>): Promise<Result> {
  const undo = replaceSubmit(() => undefined);
  try {
    return await run();
  } finally {
    undo();
  }
}

/** Puts a function in place of every submission, and returns what takes it away. */
function replaceSubmit(replacement: (submit: () => void) => void): () => boolean {
  const submit: unknown = Reflect.get(GPUQueue.prototype, 'submit');
  if (typeof submit !== 'function') {
    throw new Error(`Expected WebGPU's method "submit", found ${typeof submit}.`);
  }
  Reflect.set(GPUQueue.prototype, 'submit', function replaced(this: unknown, ...given: unknown[]) {
    replacement(() => {
      Reflect.apply(submit, this, given);
    });
  });
  return () => Reflect.set(GPUQueue.prototype, 'submit', submit);
}
