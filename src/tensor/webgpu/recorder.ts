/** The inner parts of tfjs's WebGPU backend that recording a dispatch needs, each checked before it is used. */

import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

export interface Recorder {
  /** The buffer that holds a tensor which is on the device. */
  bufferOf(tensor: tf.TensorInfo): GPUBuffer;
  /** Drops the copy that tfjs keeps of values once read, before a kernel changes them in place. */
  forgetValues(tensor: tf.TensorInfo): void;
  /**
   * Records a dispatch behind everything recorded so far, and submits where tfjs would.
   *
   * @param tensors what it reads and writes: tfjs keeps their buffers until the submission
   */
  record(tensors: readonly tf.TensorInfo[], encode: (pass: GPUComputePassEncoder) => void): void;
  /** The encoder that holds what is recorded; commands outside of a compute pass need the open one ended. */
  encoder(): GPUCommandEncoder;
  /** Ends the open compute pass, if any, and begins one with timestamps for the next dispatch. */
  beginPass(descriptor: GPUComputePassDescriptor): void;
  /** Submits what is recorded, if anything. */
  submit(): void;
  /** Has `before` called with the kind of every stock program just before it is recorded; null ends that. */
  beforeStockPrograms(before: ((kind: string) => void) | null): void;
}

/**
 * tfjs's public way to run a program gives it one output and read-only inputs. Ours need several outputs
 * and updates in place, in the same encoder: another one would have to be submitted in turn with tfjs's,
 * and a buffer freed in between could be written before it was read.
 *
 * @throws Error when the backend's parts are not those of tfjs 4.22
 */
export function openRecorder(backend: WebGPUBackend): Recorder {
  const member = (name: string): unknown => Reflect.get(backend, name);
  const setMember = (name: string, value: unknown): void => {
    Reflect.set(backend, name, value);
  };
  const wrong = (name: string): never => {
    throw new Error(
      `Expected the WebGPU backend of tfjs 4.22, whose "${name}" records commands; found another one. Install the version in package.json.`,
    );
  };

  const encoder = (): GPUCommandEncoder => {
    backend.ensureCommandEncoderReady();
    const open = member('commandEncoder');
    return open instanceof GPUCommandEncoder ? open : wrong('commandEncoder');
  };
  const begin = (descriptor?: GPUComputePassDescriptor): GPUComputePassEncoder => {
    const begun = encoder().beginComputePass(descriptor);
    setMember('computePassEncoder', begun);
    return begun;
  };
  const pass = (): GPUComputePassEncoder => {
    const open = member('computePassEncoder');
    return open instanceof GPUComputePassEncoder ? open : begin();
  };

  if (typeof member('dispatchCountInPass') !== 'number') wrong('dispatchCountInPass');
  if (!(member('commandQueueOwnedIds') instanceof WeakSet)) wrong('commandQueueOwnedIds');
  return {
    bufferOf({ dataId }) {
      const { resource } = backend.tensorMap.get(dataId);
      return resource instanceof GPUBuffer ? resource : wrong('tensorMap');
    },
    forgetValues({ dataId }) {
      Reflect.set(backend.tensorMap.get(dataId), 'values', null);
    },
    record(tensors, encode) {
      const owned = member('commandQueueOwnedIds');
      if (!(owned instanceof WeakSet)) {
        wrong('commandQueueOwnedIds');
        return;
      }
      for (const { dataId } of tensors) owned.add(dataId);
      encode(pass());
      const recorded = Number(member('dispatchCountInPass')) + 1;
      setMember('dispatchCountInPass', recorded);
      if (recorded >= tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
        backend.endComputePassEncoder();
        backend.submitQueue();
      }
    },
    encoder,
    beginPass(descriptor) {
      backend.endComputePassEncoder();
      begin(descriptor);
    },
    submit() {
      backend.endComputePassEncoder();
      // Nothing may be recorded, and tfjs submits whatever encoder it holds.
      backend.ensureCommandEncoderReady();
      backend.submitQueue();
    },
    beforeStockPrograms(before) {
      // The backend's own is its class's; one of the instance goes before it.
      Reflect.deleteProperty(backend, 'recordAndSubmit');
      if (before === null) return;
      const stock = member('recordAndSubmit');
      if (typeof stock !== 'function') {
        wrong('recordAndSubmit');
        return;
      }
      setMember('recordAndSubmit', (program: { shaderKey: string }, ...rest: unknown[]) => {
        before(STOCK_KIND.exec(program.shaderKey)?.[0] ?? 'program');
        Reflect.apply(stock, backend, [program, ...rest]);
      });
    },
  };
}

/** The first word of the key that tells a stock program's shader from others: class names do not outlive bundling. */
const STOCK_KIND = /^[A-Za-z0-9]+/;
