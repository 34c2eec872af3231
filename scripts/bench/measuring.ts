/** Timing one computation on two backends in turn, so that what else the machine does falls on both alike. */

import * as tf from '@tensorflow/tfjs-core';
import { OURS, STOCK, useBackend } from './stock-backend';

/**
 * Milliseconds of one call on each backend, medians of interleaved repetitions: on a software adapter
 * those of all processor cores together, which other processes disturb less.
 */
export interface BothTimes {
  readonly ours: number;
  readonly stock: number;
}

/** A repetition lasts at least about so long, so that submitting counts little. */
const LEAST_MILLISECONDS = 20;
const MOST_CALLS = 64;

/**
 * @param prepare makes a computation's inputs on the current backend; the computation may be run often
 */
export async function timeBoth(
  prepare: () => Promise<Computation> | Computation,
  { repetitions, software }: { readonly repetitions: number; readonly software: boolean },
): Promise<BothTimes> {
  const clock = software ? processorMilliseconds : () => performance.now();
  const ours = await Timed.start(OURS, prepare, clock);
  const stock = await Timed.start(STOCK, prepare, clock);
  for (let i = 0; i < repetitions; i++) {
    await ours.repeat();
    await stock.repeat();
  }
  await ours.end();
  await stock.end();
  return { ours: median(ours.times), stock: median(stock.times) };
}

export interface Computation {
  /** Records the computation once, or does it to its end. */
  run(): tf.Tensor | Promise<void>;
  dispose(): void;
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

class Timed {
  readonly times: number[] = [];
  readonly #backend: string;
  readonly #computation: Computation;
  readonly #clock: () => number;
  #calls = 1;

  private constructor(backend: string, computation: Computation, clock: () => number) {
    this.#backend = backend;
    this.#computation = computation;
    this.#clock = clock;
  }

  static async start(
    backend: string,
    prepare: () => Promise<Computation> | Computation,
    clock: () => number,
  ): Promise<Timed> {
    await useBackend(backend);
    const timed = new Timed(backend, await prepare(), clock);
    // Compiles what is needed; the second call shows how many fill a repetition.
    await timed.#measure(1);
    const elapsed = await timed.#measure(1);
    timed.#calls = Math.max(1, Math.min(MOST_CALLS, Math.round(LEAST_MILLISECONDS / elapsed)));
    return timed;
  }

  async repeat(): Promise<void> {
    this.times.push(await this.#measure(this.#calls));
  }

  async end(): Promise<void> {
    await useBackend(this.#backend);
    this.#computation.dispose();
  }

  async #measure(calls: number): Promise<number> {
    const backend = await useBackend(this.#backend);
    await backend.queue.onSubmittedWorkDone();
    const start = this.#clock();
    for (let i = 0; i < calls; i++) {
      const result = this.#computation.run();
      if (result instanceof tf.Tensor) result.dispose();
      else await result;
    }
    backend.endComputePassEncoder();
    backend.ensureCommandEncoderReady();
    backend.submitQueue();
    await backend.queue.onSubmittedWorkDone();
    return (this.#clock() - start) / calls;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
