/** Where a device's time goes, kernel by kernel: what is measured, and who measures it for the backend that computes. */

import * as tf from '@tensorflow/tfjs-core';
import { runnerOf } from './webgpu/running';

/** All dispatches of the kernels of one name. */
export interface KernelTime {
  /** Our kernel's name, or `tfjs` and the kind of a stock program. */
  readonly name: string;
  readonly dispatches: number;
  /** Time on the device, in milliseconds. */
  readonly milliseconds: number;
}

/** The kernels measured since {@link startKernelProfile}, those that took longest first. */
export type KernelProfile = readonly KernelTime[];

/** Whether the backend that computes can time its kernels: WebGPU with the feature `timestamp-query`. */
export function canProfileKernels(): boolean {
  return (runnerOf(tf.backend())?.timer ?? null) !== null;
}

/**
 * From now on every dispatch is timed, ours and tfjs's, until {@link stopKernelProfile}. It slows the
 * device down a little: each dispatch gets a compute pass of its own.
 *
 * @throws Error when the backend cannot time its kernels
 */
export function startKernelProfile(): void {
  timer().start();
}

/**
 * What was measured so far; waits until the device has done what is recorded.
 *
 * @throws Error when the backend cannot time its kernels
 */
export async function readKernelProfile(): Promise<KernelProfile> {
  return timer().read();
}

/** Ends a profile, if there is one; from then on dispatches cost what they did before. */
export function stopKernelProfile(): void {
  runnerOf(tf.backend())?.timer?.stop();
}

function timer() {
  const found = runnerOf(tf.backend())?.timer;
  if (found) return found;
  throw new Error(
    'Kernel profile: expected WebGPU on a device with the feature "timestamp-query", found none. Turn the kernel profile off, or use another device.',
  );
}
