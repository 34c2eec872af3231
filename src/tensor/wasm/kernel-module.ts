/** Our own WebAssembly module, working in place on the memory of tfjs's wasm backend. */

import type * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { KERNELS_BASE64 } from './kernels-binary';

/** Kernel functions by the name they are registered under. */
export type Kernels = Readonly<Record<string, tf.KernelFunc>>;

type KernelFunction = (...values: number[]) => number;

/** The compiled kernels, bound to one backend's memory. */
export class KernelModule {
  private readonly backend: BackendWasm;
  private readonly functions: ReadonlyMap<string, KernelFunction>;
  private readonly allocate: KernelFunction;
  private readonly free: KernelFunction;
  private scratchPointer = 0;
  private scratchBytes = 0;

  private constructor(backend: BackendWasm, functions: ReadonlyMap<string, KernelFunction>) {
    this.backend = backend;
    this.functions = functions;
    this.allocate = numeric(Reflect.get(backend.wasm, '_malloc'));
    this.free = numeric(Reflect.get(backend.wasm, '_free'));
  }

  /**
   * Compiles the kernels against the memory of a backend that is ready.
   *
   * @throws when the backend's memory cannot be reached, or is shared between threads.
   */
  static async create(backend: BackendWasm): Promise<KernelModule> {
    const memory = memoryOf(backend);
    const bytes = Uint8Array.from(atob(KERNELS_BASE64), (character) => character.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    const functions = new Map<string, KernelFunction>();
    for (const [name, value] of Object.entries(instance.exports)) {
      if (typeof value === 'function') functions.set(name, numeric(value));
    }
    const module = new KernelModule(backend, functions);
    const tableBytes = module.function('tableBytes')();
    module.function('prepareTable')(module.allocated(tableBytes));
    return module;
  }

  /** An exported function of the module; pointers are byte offsets, booleans 0 or 1. */
  function(name: string): KernelFunction {
    const found = this.functions.get(name);
    if (!found) {
      throw new Error(
        `The wasm kernels export no function "${name}": run scripts/build-kernels.ts again.`,
      );
    }
    return found;
  }

  /** Where a tensor's values begin. */
  pointer(tensor: tf.TensorInfo): number {
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** A new tensor with undefined contents. */
  output(shape: number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    const tensor = this.backend.makeOutput(shape, dtype);
    if (this.pointer(tensor) === 0) {
      throw new Error(
        `Expected room for a tensor of shape [${shape.join(', ')}], found the wasm memory full: use smaller batches.`,
      );
    }
    return tensor;
  }

  /** A tensor that shares another's values, which live until both are disposed of. */
  alias({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Working memory of at least so many bytes, kept for the next call: its contents are lost then. */
  scratch(bytes: number): number {
    if (bytes > this.scratchBytes) {
      if (this.scratchPointer !== 0) this.free(this.scratchPointer);
      this.scratchPointer = 0;
      this.scratchBytes = 0;
      this.scratchPointer = this.allocated(bytes);
      this.scratchBytes = bytes;
    }
    return this.scratchPointer;
  }

  private allocated(bytes: number): number {
    // `>>> 0`: the allocator returns a signed number, negative above 2 GiB.
    const pointer = this.allocate(bytes) >>> 0;
    if (pointer === 0) {
      throw new Error(
        `Expected ${bytes} bytes of working memory, found the wasm memory full: use smaller batches.`,
      );
    }
    return pointer;
  }
}

/** A function of a WebAssembly module with its untyped call closed over. */
function numeric(exported: unknown): KernelFunction {
  if (typeof exported !== 'function') {
    throw new Error(
      `Expected a function of the wasm backend of tfjs 4.22, found ${typeof exported}.`,
    );
  }
  return (...values) => Number(Reflect.apply(exported, undefined, values));
}

function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  const exports: unknown = Reflect.get(backend.wasm, 'asm');
  const memory: unknown =
    typeof exports === 'object' && exports !== null ? Reflect.get(exports, 'memory') : undefined;
  if (!(memory instanceof WebAssembly.Memory) || !(memory.buffer instanceof ArrayBuffer)) {
    throw new Error(
      'Expected the single-threaded wasm backend of tfjs 4.22 with its memory at `wasm.asm.memory`, found another: ' +
        "set the tfjs flag WASM_HAS_MULTITHREAD_SUPPORT to false before tf.setBackend('wasm').",
    );
  }
  return memory;
}
