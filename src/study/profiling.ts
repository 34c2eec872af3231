/** Shows where the device's time goes while a study runs, for those who asked for it. */

import type { KernelProfile } from '../tensor/kernel-profile';
import type { KernelProfiler } from './models';

/** Milliseconds between two looks: each waits until the device has done what it was given. */
const INTERVAL_MS = 1_000;

export class StudyProfile {
  readonly #profiler: KernelProfiler;
  readonly #show: (profile: KernelProfile) => void;
  #last: number;

  /** Begins to measure; a profile counts from here, not from the study's first session. */
  constructor(profiler: KernelProfiler, show: (profile: KernelProfile) => void) {
    this.#profiler = profiler;
    this.#show = show;
    this.#last = performance.now();
    profiler.start();
  }

  /** Called between two pieces of work: shows what was measured, not more than once a second. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#last < INTERVAL_MS) return;
    await this.read();
    this.#last = performance.now();
  }

  /** Shows what was measured. */
  async read(): Promise<void> {
    this.#show(await this.#profiler.read());
  }

  stop(): void {
    this.#profiler.stop();
  }
}
