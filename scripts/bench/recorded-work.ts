/** Counts what is recorded for a GPU, tfjs's work and ours alike; on demand without executing it. */

import * as tf from '@tensorflow/tfjs-core';
import { runnerOf } from '../../src/tensor/webgpu/running';
import { operationsOf, type Operations } from './operation-count';

export interface RecordedDispatch {
  readonly kernel: string;
  /** Of all tensors it reads or writes, each once. */
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
  const add = (
    kernel: string,
    tensors: readonly tf.TensorInfo[],
    uniforms: Readonly<Record<string, number>>,
  ): void => {
    const bytes = tensors.reduce((sum, { shape }) => sum + 4 * tf.util.sizeFromShape(shape), 0);
    dispatches.push({ kernel, bytes, operations: operationsOf(kernel, uniforms, bytes) });
  };
  const undo = [() => Reflect.deleteProperty(backend, 'runWebGPUProgram')];
  const runProgram = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, inputs, ...others) => {
    const output = runProgram(program, inputs, ...others);
    add(program.constructor.name, [...inputs, output], {});
    return output;
  };
  const runner = runnerOf(backend);
  if (runner !== undefined) {
    const runKernel = runner.run.bind(runner);
    runner.run = (kernel, tensors, uniforms, workgroups) => {
      runKernel(kernel, tensors, uniforms, workgroups);
      add(kernel.name, tensors, uniforms);
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
