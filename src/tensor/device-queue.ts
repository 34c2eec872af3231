/** Keeps what waits for the device short where nothing is read back for long, as between micro-batches. */

import * as tf from '@tensorflow/tfjs-core';
import { runnerOf } from './webgpu/running';

/**
 * Work in pieces, at most two of them in flight: the device computes one while the next is recorded. More
 * would gain nothing, and a pause or another page's frame would wait for all of it.
 */
export class DeviceQueue {
  #previous: Promise<void> = Promise.resolve();

  /** Called after a piece: submits it, and resolves when the device has done the one before. */
  async hold(): Promise<void> {
    const runner = runnerOf(tf.backend());
    if (runner === undefined) return;
    const before = this.#previous;
    this.#previous = runner.finish();
    // The last piece's is awaited by nobody: its results are.
    this.#previous.catch(() => undefined);
    await before;
  }
}
