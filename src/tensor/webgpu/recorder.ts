/** The inner parts of tfjs's WebGPU backend that recording a dispatch needs, each checked before it is used. */

import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

export interface Recorder {
  /** The buffer that holds a tensor which is on the device. */
  bufferOf(tensor: tf.TensorInfo): GPUBuffer;
  /** Drops the copy that tfjs keeps of values once read, before a kernel changes them in place. */
  forgetValues(tensor: tf.TensorInfo): void;
  /** Records a dispatch behind everything recorded so far, and submits where tfjs would. */
  record(encode: (pass: GPUComputePassEncoder) => void): void;
  /** The encoder that holds what is recorded; commands outside of a compute pass need the open one ended. */
  encoder(): GPUCommandEncoder;
  /** Ends the open compute pass, if any, and begins one with timestamps for the next dispatch. */
  beginPass(descriptor: GPUComputePassDescriptor): void;
  /** Submits what is recorded, if anything. */
  submit(): void;
  /**
   * Has `around` called for every stock program instead of recording it; `proceed` records it.
   *
   * @returns what ends that
   */
  aroundStockPrograms(around: (program: StockProgram, proceed: () => void) => void): () => void;
  /**
   * Has a program of tfjs's own recorded, and takes the buffer of its uniforms from tfjs, which would fill it
   * for another program after the next submission.
   */
  keepUniforms(record: () => void): GPUBuffer;
  /** A tensor that has this buffer of tfjs's pool for its memory, and gives it back when it is disposed of. */
  adopt(buffer: GPUBuffer, shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
}

/** A program of tfjs's own as it is about to be recorded. */
export interface StockProgram {
  /** The first word of the key that tells its shader from others: class names do not outlive bundling. */
  readonly kind: string;
  readonly pipeline: GPUComputePipeline;
  readonly workgroups: readonly [number, number, number];
  readonly output: tf.TensorInfo;
  readonly inputs: readonly tf.TensorInfo[];
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
  return {
    bufferOf({ dataId }) {
      const { resource } = backend.tensorMap.get(dataId);
      return resource instanceof GPUBuffer ? resource : wrong('tensorMap');
    },
    forgetValues({ dataId }) {
      Reflect.set(backend.tensorMap.get(dataId), 'values', null);
    },
    record(encode) {
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
    aroundStockPrograms(around) {
      // The backend's own is its class's; one of the instance goes before it, or before another one.
      const previous = Object.getOwnPropertyDescriptor(backend, 'recordAndSubmit');
      const inner = member('recordAndSubmit');
      if (typeof inner !== 'function') return wrong('recordAndSubmit');
      setMember(
        'recordAndSubmit',
        (program: unknown, output: tf.TensorInfo, inputs: tf.TensorInfo[], ...rest: unknown[]) => {
          const described = stockProgram(program, output, inputs) ?? wrong('recordAndSubmit');
          around(described, () => {
            Reflect.apply(inner, backend, [program, output, inputs, ...rest]);
          });
        },
      );
      return () => {
        if (previous === undefined) Reflect.deleteProperty(backend, 'recordAndSubmit');
        else Object.defineProperty(backend, 'recordAndSubmit', previous);
      };
    },
    keepUniforms(record) {
      let kept: unknown;
      const make = member('makeUniforms');
      if (typeof make !== 'function') return wrong('makeUniforms');
      setMember('makeUniforms', (...given: unknown[]): unknown => {
        const binding: unknown = Reflect.apply(make, backend, given);
        const waiting = member('uniformPendingDisposal');
        kept = Array.isArray(waiting) ? waiting.pop() : undefined;
        return binding;
      });
      try {
        record();
      } finally {
        Reflect.deleteProperty(backend, 'makeUniforms');
      }
      return kept instanceof GPUBuffer ? kept : wrong('uniformPendingDisposal');
    },
    adopt(buffer, shape, dtype) {
      const tensor = backend.makeTensorInfo([...shape], dtype);
      Reflect.set(backend.tensorMap.get(tensor.dataId), 'resource', buffer);
      return tensor;
    },
  };
}

function stockProgram(
  program: unknown,
  output: tf.TensorInfo,
  inputs: readonly tf.TensorInfo[],
): StockProgram | null {
  if (typeof program !== 'object' || program === null) return null;
  const key: unknown = Reflect.get(program, 'shaderKey');
  const pipeline: unknown = Reflect.get(program, 'pipeline');
  const dispatch: unknown = Reflect.get(program, 'dispatch');
  if (typeof key !== 'string' || !(pipeline instanceof GPUComputePipeline)) return null;
  if (!Array.isArray(dispatch)) return null;
  const [x = 1, y = 1, z = 1] = dispatch.map(Number);
  return {
    kind: /^[A-Za-z0-9]+/.exec(key)?.[0] ?? 'program',
    pipeline,
    workgroups: [x, y, z],
    output,
    inputs,
  };
}
