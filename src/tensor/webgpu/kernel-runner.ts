/** Records kernels of our own into the command encoder of tfjs's WebGPU backend, in order with its own. */

import type * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { kernelSource, MAXIMUM_STORAGE_BUFFERS, uniformBytes, type Kernel } from './kernel';
import { KernelTimer } from './kernel-timer';
import { openRecorder, type Recorder } from './recorder';

/** Workgroups along x, y and z; at most 65,535 each by WebGPU's default limits. */
export type Workgroups = readonly [x: number, y?: number, z?: number];

const MAXIMUM_WORKGROUPS = 65_535;

/** One dispatch, but for the tensors it reads and writes. */
export interface Command {
  /** As a profile shows it. */
  readonly name: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** The last binding; null where the kernel has no uniforms. */
  readonly uniforms: GPUBuffer | null;
  readonly workgroups: Workgroups;
}

/** Is told of a dispatch of ours just before it is recorded. */
export type CommandObserver = (
  command: Command,
  kernel: Kernel,
  tensors: readonly tf.TensorInfo[],
) => void;

/** Cached uniform buffers and bind groups beyond this are dropped, the oldest first. */
const MAXIMUM_CACHED = 8_192;

export class KernelRunner {
  readonly backend: WebGPUBackend;
  /** Null on a device that cannot time its kernels. */
  readonly timer: KernelTimer | null;
  readonly recorder: Recorder;
  /** Set while commands are kept for a replay. */
  observer: CommandObserver | null = null;
  readonly #pipelines = new Map<
    string,
    { readonly pipeline: GPUComputePipeline; readonly layout: GPUBindGroupLayout }
  >();
  /** By content: shapes repeat at every update, so their uniforms need no upload of their own. */
  readonly #uniforms = new Map<string, GPUBuffer>();
  readonly #bindGroups = new Map<string, GPUBindGroup>();
  readonly #numbers = new WeakMap<GPUBuffer | GPUComputePipeline, number>();
  #numbered = 0;
  #dispatches = 0;

  /** @throws Error when tfjs's backend is not of the version this was written for */
  constructor(backend: WebGPUBackend) {
    this.backend = backend;
    this.recorder = openRecorder(backend);
    this.timer = backend.device.features.has('timestamp-query')
      ? new KernelTimer(backend, this.recorder)
      : null;
  }

  /** Dispatches recorded so far, tfjs's own not counted. */
  get dispatches(): number {
    return this.#dispatches;
  }

  /** A new tensor on the device, its values undefined until a kernel writes them all. */
  output(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    return this.backend.makeTensorInfo([...shape], dtype);
  }

  /**
   * Writes values into a tensor on the device, behind everything recorded so far: that is submitted
   * first, because it may still read the buffer for a tensor that had it before.
   *
   * @param start where in the tensor's bytes, a multiple of 4
   * @param bytes a multiple of 4 of them
   */
  write(tensor: tf.TensorInfo, start: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.backend.uploadToGPU(tensor.dataId);
    this.recorder.forgetValues(tensor);
    this.recorder.submit();
    this.backend.queue.writeBuffer(this.recorder.bufferOf(tensor), start, bytes);
  }

  /** Submits what is recorded and resolves once the device has done it. */
  async finish(): Promise<void> {
    this.recorder.submit();
    await this.backend.queue.onSubmittedWorkDone();
  }

  /**
   * Records one dispatch.
   *
   * @param tensors one for each binding, in order
   * @throws Error when tensors, uniforms or workgroups do not fit the kernel or WebGPU's default limits
   */
  run(
    kernel: Kernel,
    tensors: readonly tf.TensorInfo[],
    uniforms: Readonly<Record<string, number>>,
    workgroups: Workgroups,
  ): void {
    checkDispatch(kernel, tensors, workgroups);
    const { pipeline, layout } = this.#pipelineOf(kernel);
    for (const { dataId } of tensors) this.backend.uploadToGPU(dataId);
    const buffers = tensors.map((tensor) => this.recorder.bufferOf(tensor));
    const command: Command = {
      name: kernel.name,
      pipeline,
      layout,
      uniforms: kernel.uniforms.length > 0 ? this.#uniformBuffer(kernel, uniforms) : null,
      workgroups,
    };
    kernel.bindings.forEach(({ access }, index) => {
      const tensor = tensors[index];
      if (access === 'write' && tensor !== undefined) this.recorder.forgetValues(tensor);
    });
    this.observer?.(command, kernel, tensors);
    this.dispatch(command, buffers);
  }

  /** Records a command over these buffers, one for each of its bindings but the uniforms. */
  dispatch(command: Command, buffers: readonly GPUBuffer[]): void {
    const { name, pipeline, uniforms, workgroups } = command;
    const group = this.#bindGroup(command, uniforms === null ? buffers : [...buffers, uniforms]);
    this.timer?.time(name);
    this.recorder.record((pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
    });
    this.#dispatches += 1;
  }

  #pipelineOf(kernel: Kernel) {
    const key = pipelineKey(kernel);
    const known = this.#pipelines.get(key);
    if (known !== undefined) return known;
    const { device } = this.backend;
    const visibility = GPUShaderStage.COMPUTE;
    const entries: GPUBindGroupLayoutEntry[] = kernel.bindings.map(({ access }, binding) => ({
      binding,
      visibility,
      buffer: { type: access === 'write' ? 'storage' : 'read-only-storage' },
    }));
    if (kernel.uniforms.length > 0) {
      entries.push({ binding: entries.length, visibility, buffer: { type: 'uniform' } });
    }
    const layout = device.createBindGroupLayout({ label: kernel.name, entries });
    const pipeline = device.createComputePipeline({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: {
        module: device.createShaderModule({ label: kernel.name, code: kernelSource(kernel) }),
        entryPoint: 'main',
      },
    });
    const created = { pipeline, layout };
    this.#pipelines.set(key, created);
    return created;
  }

  #uniformBuffer(kernel: Kernel, values: Readonly<Record<string, number>>): GPUBuffer {
    const bytes = uniformBytes(kernel, values);
    const key = new Uint32Array(bytes).join();
    const known = this.#uniforms.get(key);
    if (known !== undefined) return known;
    const buffer = this.backend.device.createBuffer({
      size: bytes.byteLength,
      usage: GPUBufferUsage.UNIFORM,
      mappedAtCreation: true,
    });
    new Uint32Array(buffer.getMappedRange()).set(new Uint32Array(bytes));
    buffer.unmap();
    // Not destroyed when dropped: commands in flight may use it, and the browser frees what nobody holds.
    remember(this.#uniforms, key, buffer);
    return buffer;
  }

  #bindGroup({ pipeline, layout }: Command, buffers: readonly GPUBuffer[]): GPUBindGroup {
    const numbers = buffers.map((buffer) => this.#numberOf(buffer));
    const key = `${this.#numberOf(pipeline)}:${numbers.join()}`;
    const known = this.#bindGroups.get(key);
    if (known !== undefined) return known;
    const group = this.backend.device.createBindGroup({
      layout,
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    remember(this.#bindGroups, key, group);
    return group;
  }

  #numberOf(part: GPUBuffer | GPUComputePipeline): number {
    const known = this.#numbers.get(part);
    if (known !== undefined) return known;
    this.#numbered += 1;
    this.#numbers.set(part, this.#numbered);
    return this.#numbered;
  }
}

function pipelineKey({ name, variant }: Kernel): string {
  return `${name}/${variant}`;
}

function remember<Value>(cache: Map<string, Value>, key: string, value: Value): void {
  cache.set(key, value);
  if (cache.size <= MAXIMUM_CACHED) return;
  const [oldest] = cache.keys();
  if (oldest !== undefined) cache.delete(oldest);
}

function checkDispatch(
  { name, bindings }: Kernel,
  tensors: readonly tf.TensorInfo[],
  workgroups: Workgroups,
): void {
  if (tensors.length !== bindings.length || bindings.length > MAXIMUM_STORAGE_BUFFERS) {
    throw new Error(
      `Kernel ${name}: expected ${bindings.length} tensors, at most ${MAXIMUM_STORAGE_BUFFERS}, found ${tensors.length}.`,
    );
  }
  const fit = workgroups.every(
    (count = 1) => Number.isInteger(count) && count >= 1 && count <= MAXIMUM_WORKGROUPS,
  );
  if (!fit) {
    throw new Error(
      `Kernel ${name}: expected 1 to ${MAXIMUM_WORKGROUPS} workgroups a dimension, found ${workgroups.join(' x ')}. Fold the excess into another dimension.`,
    );
  }
}
