/** Times every dispatch on the device, ours and tfjs's, with timestamps that are read back many at a time. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelProfile } from '../kernel-profile';
import type { Recorder } from './recorder';

/** Dispatches whose timestamps one query set holds: two each, half of WebGPU's limit of 4,096. */
const CAPACITY = 1_024;
const BYTES_A_TIMESTAMP = 8;
const NANOSECONDS_A_MILLISECOND = 1e6;

interface Total {
  dispatches: number;
  milliseconds: number;
}

/** The parts that exist while a profile is taken. */
interface Measurement {
  readonly queries: GPUQuerySet;
  readonly resolved: GPUBuffer;
  /** The kernel of each dispatch whose timestamps are in the query set. */
  names: string[];
  /** Timestamps on their way back. */
  readonly pending: Set<Promise<void>>;
  readonly totals: Map<string, Total>;
  /** Ends the timing of tfjs's programs. */
  readonly leaveStockPrograms: () => void;
}

/**
 * WebGPU writes timestamps only where a compute pass begins and ends, so each dispatch gets a pass of its
 * own while a profile is taken. `tf.time` waits for the device after every program and sees only tfjs's.
 * Browsers may round timestamps to 0.1 ms: then a short dispatch reads as 0 or 0.1 ms, and only sums over
 * many of them mean something.
 */
export class KernelTimer {
  readonly #backend: WebGPUBackend;
  readonly #recorder: Recorder;
  #measurement: Measurement | null = null;

  /** @param backend on a device with the feature `timestamp-query` */
  constructor(backend: WebGPUBackend, recorder: Recorder) {
    this.#backend = backend;
    this.#recorder = recorder;
  }

  /** Begins a profile, dropping the one before. */
  start(): void {
    this.stop();
    const { device } = this.#backend;
    this.#measurement = {
      queries: device.createQuerySet({ type: 'timestamp', count: 2 * CAPACITY }),
      resolved: device.createBuffer({
        size: 2 * CAPACITY * BYTES_A_TIMESTAMP,
        usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
      }),
      names: [],
      pending: new Set(),
      totals: new Map(),
      leaveStockPrograms: this.#recorder.aroundStockPrograms(({ kind }, proceed) => {
        this.time(stockName(kind));
        proceed();
      }),
    };
  }

  /** Has the next dispatch timed, under its kernel's name; nothing while no profile is taken. */
  time(name: string): void {
    const measurement = this.#measurement;
    if (measurement === null) return;
    if (measurement.names.length === CAPACITY) this.#readBack(measurement);
    const first = 2 * measurement.names.length;
    measurement.names.push(name);
    this.#recorder.beginPass({
      label: name,
      timestampWrites: {
        querySet: measurement.queries,
        beginningOfPassWriteIndex: first,
        endOfPassWriteIndex: first + 1,
      },
    });
  }

  /** The totals so far, the longest first; resolves once the device has done what is recorded. */
  async read(): Promise<KernelProfile> {
    const measurement = this.#measurement;
    if (measurement === null) return [];
    this.#readBack(measurement);
    await Promise.all(measurement.pending);
    return [...measurement.totals]
      .map(([name, total]) => ({ name, ...total }))
      .toSorted((a, b) => b.milliseconds - a.milliseconds);
  }

  /** Ends the profile: dispatches share their passes again. */
  stop(): void {
    const measurement = this.#measurement;
    if (measurement === null) return;
    this.#measurement = null;
    measurement.leaveStockPrograms();
    // What is recorded still writes into the query set.
    this.#recorder.submit();
    measurement.queries.destroy();
    measurement.resolved.destroy();
  }

  /** Records the way back of the timestamps in the query set, and submits it. */
  #readBack(measurement: Measurement): void {
    const { names, queries, resolved, pending } = measurement;
    if (names.length === 0) return;
    measurement.names = [];
    const size = 2 * names.length * BYTES_A_TIMESTAMP;
    const staging = this.#backend.device.createBuffer({
      size,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    this.#backend.endComputePassEncoder();
    const encoder = this.#recorder.encoder();
    encoder.resolveQuerySet(queries, 0, 2 * names.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    this.#recorder.submit();
    const arrival = addTimes(measurement.totals, names, staging).finally(() => {
      pending.delete(arrival);
    });
    // Whoever reads the profile is told; with a lost device that may be nobody.
    arrival.catch(() => undefined);
    pending.add(arrival);
  }
}

/** What a profile calls a program of tfjs's own. */
export function stockName(kind: string): string {
  return `tfjs ${kind}`;
}

async function addTimes(
  totals: Map<string, Total>,
  names: readonly string[],
  staging: GPUBuffer,
): Promise<void> {
  try {
    await staging.mapAsync(GPUMapMode.READ);
    const timestamps = new BigUint64Array(staging.getMappedRange());
    names.forEach((name, index) => {
      const begun = timestamps[2 * index] ?? 0n;
      const ended = timestamps[2 * index + 1] ?? 0n;
      const total = totals.get(name) ?? { dispatches: 0, milliseconds: 0 };
      total.dispatches += 1;
      // A device's clock may be set back between the two; the specification then lets the end come first.
      if (ended > begun) total.milliseconds += Number(ended - begun) / NANOSECONDS_A_MILLISECOND;
      totals.set(name, total);
    });
  } finally {
    staging.destroy();
  }
}
