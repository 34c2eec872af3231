/** Repeats a step and samples memory on the way: what a leak shows in, however small. */

import * as tf from '@tensorflow/tfjs-core';

interface MemorySample {
  readonly step: number;
  /** GPU bytes of tensors, and of all buffers kept for them. */
  readonly usedBytes: number;
  readonly allocatedBytes: number;
  readonly tensors: number;
  /** Of JavaScript, after a collection, with the array buffers outside of the heap. */
  readonly heapBytes: number;
}

/** Samples in all; the first tenth of the steps compiles kernels and fills pools and caches. */
const SAMPLES = 20;
const WARM_UP_SHARE = 0.1;
/** The heap after a collection varies by what the engine compiled and optimised meanwhile. */
const HEAP_VARIATION = 0.01;

/**
 * Runs `step` so many times and prints a table of samples.
 *
 * @returns whether no measure grew: between samples after the warm-up, the second half's largest is at most
 *   the first half's largest (the heap's a hundredth more)
 * @throws Error where JavaScript's collector cannot be called
 */
export async function followMemory(
  name: string,
  steps: number,
  step: (index: number) => Promise<void>,
): Promise<boolean> {
  const started = performance.now();
  const samples: MemorySample[] = [];
  const every = Math.floor(steps / SAMPLES);
  console.log(`${steps} ${name}`);
  console.log('    step  GPU bytes in use  GPU bytes allocated  tensors   heap bytes  seconds');
  for (let index = 0; index < steps; index++) {
    await step(index);
    if ((index + 1) % every !== 0) continue;
    const sample = await measure(index + 1);
    samples.push(sample);
    const columns = [
      String(sample.step).padStart(8),
      String(sample.usedBytes).padStart(17),
      String(sample.allocatedBytes).padStart(20),
      String(sample.tensors).padStart(8),
      String(sample.heapBytes).padStart(12),
      ((performance.now() - started) / 1000).toFixed(0).padStart(8),
    ];
    console.log(columns.join(' '));
  }
  return judge(samples.filter(({ step: at }) => at > WARM_UP_SHARE * steps));
}

function judge(samples: readonly MemorySample[]): boolean {
  const middle = Math.floor(samples.length / 2);
  const largest = (part: readonly MemorySample[], measure: keyof MemorySample): number =>
    Math.max(...part.map((sample) => sample[measure]));
  const measures = [
    ['usedBytes', 'GPU bytes in use', 0],
    ['allocatedBytes', 'GPU bytes allocated', 0],
    ['tensors', 'tensors', 0],
    ['heapBytes', 'heap bytes', HEAP_VARIATION],
  ] as const;
  let sound = true;
  for (const [measure, name, variation] of measures) {
    const earlier = largest(samples.slice(0, middle), measure);
    const later = largest(samples.slice(middle), measure);
    const grew = later > earlier * (1 + variation);
    sound &&= !grew;
    const change = `${later - earlier >= 0 ? '+' : ''}${later - earlier}`;
    console.log(`${grew ? 'FAIL' : 'ok  '} ${name}: ${change} from ${earlier}`);
  }
  return sound;
}

async function measure(step: number): Promise<MemorySample> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Expected the WebGPU backend.');
  await backend.queue.onSubmittedWorkDone();
  if (globalThis.gc === undefined) {
    throw new Error('Expected to be able to collect garbage: run Node with --expose-gc.');
  }
  // Twice: what the first one finalises the second one frees.
  await globalThis.gc({ type: 'major', execution: 'async' });
  await globalThis.gc({ type: 'major', execution: 'async' });
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    step,
    usedBytes: backend.bufferManager.numBytesUsed,
    allocatedBytes: backend.bufferManager.numBytesAllocated,
    tensors: tf.memory().numTensors,
    heapBytes: heapUsed + arrayBuffers,
  };
}
