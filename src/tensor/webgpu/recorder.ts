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

  const pass = (): GPUComputePassEncoder => {
    backend.ensureCommandEncoderReady();
    const open = member('computePassEncoder');
    if (open instanceof GPUComputePassEncoder) return open;
    const encoder = member('commandEncoder');
    if (!(encoder instanceof GPUCommandEncoder)) return wrong('commandEncoder');
    const begun = encoder.beginComputePass();
    setMember('computePassEncoder', begun);
    return begun;
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
  };
}
