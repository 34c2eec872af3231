/** Watches a computation while it is recorded, and keeps its commands for replays. */

import type * as tf from '@tensorflow/tfjs-core';
import { GpuMemoryError } from '../gpu-memory-error';
import { CommandPlan, type Instruction, type Place, type PlannedOutput } from './command-plan';
import type { Command, KernelRunner } from './kernel-runner';
import { stockName } from './kernel-timer';
import type { StockProgram } from './recorder';

export interface Capture<Output extends tf.TensorInfo> {
  readonly outputs: readonly Output[];
  /** Null where the computation does what a replay cannot repeat. */
  readonly plan: CommandPlan | null;
  /** Why there is no plan; empty where there is one. */
  readonly obstacle: string;
}

/**
 * Runs `compute` once and keeps what it recorded. Its commands may depend on the shapes of its inputs and
 * on nothing else: values that it makes on the processor are taken for constants.
 *
 * @param inputs all tensors whose values or memory may differ at a replay
 * @param compute records on the device, reads nothing back, and gives every output memory of its own
 */
export function captureCommands<Output extends tf.TensorInfo>(
  runner: KernelRunner,
  inputs: readonly tf.TensorInfo[],
  compute: () => readonly Output[],
): Capture<Output> {
  const capture = new CommandCapture(runner, inputs);
  let outputs: readonly Output[];
  try {
    outputs = compute();
  } catch (error) {
    capture.discard();
    throw error;
  } finally {
    capture.end();
  }
  try {
    return { outputs, plan: capture.plan(outputs), obstacle: '' };
  } catch (error) {
    capture.discard();
    if (!(error instanceof Obstacle || error instanceof GpuMemoryError)) throw error;
    return { outputs, plan: null, obstacle: error.message };
  }
}

/** What makes a replay impossible. */
class Obstacle extends Error {}

/** A place whose constant is not on the device yet. */
type NotedPlace = Place | { readonly kind: 'noted'; readonly constant: number };
type NotedInstruction =
  | Exclude<Instruction, { readonly kind: 'dispatch' }>
  | {
      readonly kind: 'dispatch';
      readonly command: Command;
      readonly places: readonly NotedPlace[];
    };

interface Constant {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly usage: GPUBufferUsageFlags;
}

class CommandCapture {
  readonly #runner: KernelRunner;
  readonly #inputs = new Map<GPUBuffer, number>();
  readonly #instructions: NotedInstruction[] = [];
  readonly #constants: Constant[] = [];
  /** What the computation holds at the moment. */
  readonly #held = new Map<GPUBuffer, NotedPlace>();
  readonly #layouts = new Map<GPUComputePipeline, GPUBindGroupLayout>();
  /** Of tfjs's programs: the plan's from now on. */
  readonly #uniforms: GPUBuffer[] = [];
  readonly #undo: (() => void)[] = [];
  #slots = 0;
  #obstacle = '';
  /** The values on their way to the device, while tfjs brings them there. */
  #uploaded: Constant['bytes'] | null = null;

  constructor(runner: KernelRunner, inputs: readonly tf.TensorInfo[]) {
    this.#runner = runner;
    inputs.forEach((tensor, index) => {
      runner.backend.uploadToGPU(tensor.dataId);
      this.#inputs.set(runner.recorder.bufferOf(tensor), index);
    });
    this.#watchMemory();
    this.#watchUploads();
    this.#watchReads();
    this.#watchCommands();
  }

  /** Leaves the backend as it was. */
  end(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo.length = 0;
  }

  /** Gives back what a plan would have kept. */
  discard(): void {
    const { bufferManager } = this.#runner.backend;
    for (const buffer of this.#uniforms) bufferManager.releaseBuffer(buffer);
    this.#uniforms.length = 0;
  }

  /**
   * @throws Obstacle where a replay would not do the same
   * @throws GpuMemoryError where the budget has no room for its constants
   */
  plan(outputs: readonly tf.TensorInfo[]): CommandPlan {
    const planned = outputs.map((output): PlannedOutput => {
      const buffer = this.#runner.recorder.bufferOf(output);
      const place = this.#held.get(buffer);
      if (place?.kind !== 'slot') this.#note('an output has no memory of its own');
      this.#held.delete(buffer);
      const slot = place?.kind === 'slot' ? place.slot : 0;
      return { slot, shape: output.shape, dtype: output.dtype };
    });
    if (this.#held.size > 0) this.#note(`${this.#held.size} tensors outlive the computation`);
    if (this.#obstacle !== '') throw new Obstacle(this.#obstacle);
    const constants = this.#placeConstants();
    const placed = (place: NotedPlace): Place => {
      if (place.kind !== 'noted') return place;
      const buffer = constants[place.constant];
      if (buffer === undefined) throw new Error('Capture: expected a buffer for every constant.');
      return { kind: 'constant', buffer };
    };
    const instructions = this.#instructions.map((instruction): Instruction =>
      instruction.kind === 'dispatch'
        ? { ...instruction, places: instruction.places.map(placed) }
        : instruction,
    );
    return new CommandPlan(this.#runner, {
      instructions,
      outputs: planned,
      buffers: [...constants, ...this.#uniforms],
    });
  }

  #note(obstacle: string): void {
    if (this.#obstacle === '') this.#obstacle = obstacle;
  }

  /** Puts `replacement` before a method of the backend or of a part of it, until the capture ends. */
  #replace<Part extends object, Name extends keyof Part>(
    part: Part,
    name: Name,
    replacement: Part[Name],
  ): void {
    const previous = Object.getOwnPropertyDescriptor(part, name);
    part[name] = replacement;
    this.#undo.push(() => {
      if (previous === undefined) Reflect.deleteProperty(part, name);
      else Object.defineProperty(part, name, previous);
    });
  }

  #watchMemory(): void {
    const { bufferManager } = this.#runner.backend;
    const acquire = bufferManager.acquireBuffer.bind(bufferManager);
    const release = bufferManager.releaseBuffer.bind(bufferManager);
    this.#replace(bufferManager, 'acquireBuffer', (bytes, usage, mapped, reuse) => {
      const buffer = acquire(bytes, usage, mapped, reuse);
      if ((usage & GPUBufferUsage.STORAGE) === 0) return buffer;
      if (this.#uploaded !== null) {
        this.#held.set(buffer, { kind: 'noted', constant: this.#constants.length });
        this.#constants.push({ bytes: this.#uploaded, usage });
        return buffer;
      }
      const slot = this.#slots;
      this.#slots += 1;
      this.#held.set(buffer, { kind: 'slot', slot });
      this.#instructions.push({ kind: 'acquire', slot, bytes, usage });
      return buffer;
    });
    this.#replace(bufferManager, 'releaseBuffer', (buffer, reuse) => {
      release(buffer, reuse);
      const place = this.#held.get(buffer);
      this.#held.delete(buffer);
      if (place?.kind === 'slot') this.#instructions.push({ kind: 'release', slot: place.slot });
      const foreign = place === undefined && (buffer.usage & GPUBufferUsage.STORAGE) !== 0;
      if (foreign) this.#note('it disposes of a tensor that it did not make');
    });
  }

  #watchUploads(): void {
    const { backend } = this.#runner;
    const upload = backend.uploadToGPU.bind(backend);
    this.#replace(backend, 'uploadToGPU', (dataId) => {
      const { resource, values, dtype } = backend.tensorMap.get(dataId);
      const arrives = resource === undefined || resource === null;
      if (arrives && ArrayBuffer.isView(values)) this.#uploaded = bytesOf(values, dtype);
      else if (arrives && values) this.#note('it uploads values that are not numbers');
      try {
        upload(dataId);
      } finally {
        this.#uploaded = null;
      }
    });
  }

  #watchReads(): void {
    const { backend } = this.#runner;
    const read = backend.readSync.bind(backend);
    this.#replace(backend, 'readSync', (dataId) => {
      this.#note('it reads values back');
      return read(dataId);
    });
    const write = this.#runner.write.bind(this.#runner);
    this.#replace(this.#runner, 'write', (...given) => {
      this.#note('it writes into a tensor');
      write(...given);
    });
  }

  #watchCommands(): void {
    this.#runner.observer = (command, { bindings }, tensors) => {
      const places = tensors.map((tensor) => this.#placeOf(tensor));
      bindings.forEach(({ access }, index) => {
        if (access === 'write' && places[index]?.kind !== 'slot') {
          this.#note(`${command.name} changes a tensor that it did not make`);
        }
      });
      this.#instructions.push({ kind: 'dispatch', command, places });
    };
    this.#undo.push(() => {
      this.#runner.observer = null;
    });
    const leave = this.#runner.recorder.aroundStockPrograms((program, proceed) => {
      const places = [program.output, ...program.inputs].map((tensor) => this.#placeOf(tensor));
      if (places[0]?.kind !== 'slot') this.#note(`${program.kind} changes a tensor`);
      const uniforms = this.#runner.recorder.keepUniforms(proceed);
      this.#uniforms.push(uniforms);
      this.#instructions.push({
        kind: 'dispatch',
        command: this.#stockCommand(program, uniforms),
        places,
      });
    });
    this.#undo.push(leave);
  }

  #placeOf(tensor: tf.TensorInfo): NotedPlace {
    const buffer = this.#runner.recorder.bufferOf(tensor);
    const input = this.#inputs.get(buffer);
    return (
      this.#held.get(buffer) ??
      (input === undefined ? { kind: 'kept', tensor } : { kind: 'input', input })
    );
  }

  #stockCommand({ kind, pipeline, workgroups }: StockProgram, uniforms: GPUBuffer): Command {
    let layout = this.#layouts.get(pipeline);
    if (layout === undefined) {
      layout = pipeline.getBindGroupLayout(0);
      this.#layouts.set(pipeline, layout);
    }
    return { name: stockName(kind), pipeline, layout, uniforms, workgroups };
  }

  /** Brings the constants to the device, into buffers that stay. */
  #placeConstants(): GPUBuffer[] {
    const { backend, recorder } = this.#runner;
    const buffers: GPUBuffer[] = [];
    try {
      for (const { bytes, usage } of this.#constants) {
        buffers.push(backend.bufferManager.acquireBuffer(bytes.byteLength, usage));
      }
    } catch (error) {
      for (const buffer of buffers) backend.bufferManager.releaseBuffer(buffer);
      throw error;
    }
    // Recorded commands may still read what these buffers held before.
    recorder.submit();
    buffers.forEach((buffer, index) => {
      const constant = this.#constants[index];
      if (constant !== undefined) backend.queue.writeBuffer(buffer, 0, constant.bytes);
    });
    return buffers;
  }
}

/** Values as tfjs lays them out on the device: four bytes each. */
function bytesOf(values: ArrayLike<number>, dtype: tf.DataType): Uint8Array<ArrayBuffer> {
  const whole = dtype === 'int32' || dtype === 'bool';
  const copied = whole ? Int32Array.from(values) : Float32Array.from(values);
  return new Uint8Array(copied.buffer);
}
