/** The commands of a computation without its memory: what to dispatch, and when a buffer is taken from the pool and given back. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Command, KernelRunner } from './kernel-runner';

/** Where a command finds one of its buffers. */
export type Place =
  /** Taken from the pool by the plan itself. */
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'input'; readonly input: number }
  /** Values that the computation itself brought to the device: the same at every replay. */
  | { readonly kind: 'constant'; readonly buffer: GPUBuffer }
  /** A tensor that outlives the computation and is not among its inputs, such as a frozen weight. */
  | { readonly kind: 'kept'; readonly tensor: tf.TensorInfo };

export type Instruction =
  | {
      readonly kind: 'acquire';
      readonly slot: number;
      readonly bytes: number;
      readonly usage: GPUBufferUsageFlags;
    }
  | { readonly kind: 'release'; readonly slot: number }
  | { readonly kind: 'dispatch'; readonly command: Command; readonly places: readonly Place[] };

export interface PlannedOutput {
  readonly slot: number;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

export interface PlanParts {
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly PlannedOutput[];
  /** Those of the pool that stay with the plan: of constants, and of the uniforms of tfjs's programs. */
  readonly buffers: readonly GPUBuffer[];
}

/**
 * No buffer but those of constants and uniforms belongs to a plan: a replay takes them from tfjs's pool and gives them
 * back in the order of the computation, so that any number of plans needs the memory of the largest.
 */
export class CommandPlan {
  readonly #runner: KernelRunner;
  readonly #parts: PlanParts;
  readonly #kept: ReadonlySet<tf.TensorInfo>;

  constructor(runner: KernelRunner, parts: PlanParts) {
    this.#runner = runner;
    this.#parts = parts;
    this.#kept = new Set(
      parts.instructions
        .flatMap((instruction) => (instruction.kind === 'dispatch' ? instruction.places : []))
        .flatMap((place) => (place.kind === 'kept' ? place.tensor : [])),
    );
  }

  /** Whether the plan belongs to this runner and everything it reads besides its inputs is still there. */
  fits(runner: KernelRunner): boolean {
    const { tensorMap } = runner.backend;
    return runner === this.#runner && [...this.#kept].every(({ dataId }) => tensorMap.has(dataId));
  }

  /**
   * Records all commands again, over the present buffers of the inputs.
   *
   * @returns its outputs, which the caller disposes of
   * @throws GpuMemoryError where the budget has no room; what was taken until then is given back
   */
  replay(inputs: readonly tf.TensorInfo[]): tf.TensorInfo[] {
    const { backend, recorder } = this.#runner;
    for (const { dataId } of [...inputs, ...this.#kept]) backend.uploadToGPU(dataId);
    const given = inputs.map((tensor) => recorder.bufferOf(tensor));
    const slots = new Map<number, GPUBuffer>();
    const bufferAt = (place: Place): GPUBuffer => {
      switch (place.kind) {
        case 'slot':
          return expected(slots.get(place.slot), 'slot');
        case 'input':
          return expected(given[place.input], 'input');
        case 'constant':
          return place.buffer;
        case 'kept':
          return recorder.bufferOf(place.tensor);
        default:
          return place satisfies never;
      }
    };
    try {
      for (const instruction of this.#parts.instructions) {
        switch (instruction.kind) {
          case 'acquire': {
            const { slot, bytes, usage } = instruction;
            slots.set(slot, backend.bufferManager.acquireBuffer(bytes, usage));
            break;
          }
          case 'release':
            backend.bufferManager.releaseBuffer(expected(slots.get(instruction.slot), 'slot'));
            slots.delete(instruction.slot);
            break;
          case 'dispatch':
            this.#runner.dispatch(instruction.command, instruction.places.map(bufferAt));
        }
      }
    } catch (error) {
      for (const buffer of slots.values()) backend.bufferManager.releaseBuffer(buffer);
      throw error;
    }
    return this.#parts.outputs.map(({ slot, shape, dtype }) =>
      recorder.adopt(expected(slots.get(slot), 'slot'), shape, dtype),
    );
  }

  /** Gives back the buffers that stayed with it. */
  dispose(): void {
    const { bufferManager } = this.#runner.backend;
    for (const buffer of this.#parts.buffers) bufferManager.releaseBuffer(buffer);
  }
}

function expected(buffer: GPUBuffer | undefined, kind: string): GPUBuffer {
  if (buffer === undefined) throw new Error(`Replay: expected a buffer for every ${kind}.`);
  return buffer;
}
