/** A computation that comes again and again with tensors of few shapes: recorded anew at first, then replayed. */

import * as tf from '@tensorflow/tfjs-core';
import { captureCommands } from './webgpu/command-capture';
import type { CommandPlan } from './webgpu/command-plan';
import type { KernelRunner } from './webgpu/kernel-runner';
import { runnerOf } from './webgpu/running';

/** Plans kept at a time; shapes beyond are recorded anew. */
const MOST_PLANS = 64;

/**
 * To record a step of flan-t5-small through tfjs takes a processor longer than a fast GPU takes to compute it:
 * the tape, thousands of small objects, a thousand lookups. The first computation of a shape brings pipelines
 * and kept tensors to the device, the second is watched, and from the third on its commands are recorded
 * again without any of that, over other buffers of the same pool. The values are the same to the bit.
 *
 * Where the backend cannot be watched, or the computation does what a replay cannot do, it is computed anew.
 */
export class RepeatedComputation {
  readonly #known = new Map<string, 'recorded once' | 'unfit' | CommandPlan>();
  #replays = 0;
  #obstacle = '';

  /** Replays so far. */
  get replays(): number {
    return this.#replays;
  }

  /** What kept the last computation that was watched from being replayed; empty where nothing did. */
  get obstacle(): string {
    return this.#obstacle;
  }

  /**
   * The outputs of `compute()`, which the caller disposes of.
   *
   * @param variant tells computations over inputs of the same shapes apart
   * @param inputs all tensors whose values differ from one time to the other
   * @param compute depends on variant and shapes, and on the inputs' values on the device alone; it reads
   *   nothing back, and each of its outputs has memory of its own
   */
  run(
    variant: string,
    inputs: readonly tf.Tensor[],
    compute: () => readonly tf.Tensor[],
  ): readonly tf.Tensor[] {
    const runner = runnerOf(tf.backend());
    if (runner === undefined) return compute();
    const shapes = inputs.map(({ shape, dtype }) => `${dtype}[${shape.join()}]`);
    const key = `${variant}: ${shapes.join()}`;
    const known = this.#known.get(key);
    if (known === 'unfit') return compute();
    if (known === undefined) {
      this.#known.set(key, this.#known.size < MOST_PLANS ? 'recorded once' : 'unfit');
      return compute();
    }
    if (known !== 'recorded once') {
      if (known.fits(runner)) {
        this.#replays += 1;
        const engine = tf.engine();
        return known.replay(inputs).map((output) => engine.makeTensorFromTensorInfo(output));
      }
      // Forgotten first: the computation may throw, and nothing is given back twice.
      this.#known.set(key, 'recorded once');
      known.dispose();
    }
    return this.#watch(runner, key, inputs, compute);
  }

  /** Gives back what plans hold on the device. */
  dispose(): void {
    for (const known of this.#known.values()) if (typeof known !== 'string') known.dispose();
    this.#known.clear();
  }

  #watch(
    runner: KernelRunner,
    key: string,
    inputs: readonly tf.Tensor[],
    compute: () => readonly tf.Tensor[],
  ): readonly tf.Tensor[] {
    const { outputs, plan, obstacle } = captureCommands(runner, inputs, compute);
    this.#known.set(key, plan ?? 'unfit');
    this.#obstacle = obstacle;
    return outputs;
  }
}
