/** The time that training takes kernel by kernel, measured on the device. */

import {
  canProfileKernels,
  readKernelProfile,
  startKernelProfile,
  stopKernelProfile,
  type KernelProfile,
} from '../../src/tensor/kernel-profile';
import { alone, type Benchmark, type BenchmarkResult } from './benchmark';
import { OURS, useBackend } from './stock-backend';
import { Training, type TrainingShape } from './training';
import { describeShape, FULL, WHOLE } from './training-shapes';
import { timeShareOfProducts } from './work-share';

/** Our kernels' time on the device over some steps, after one that compiles them; null where it cannot be measured. */
export async function profileTraining(
  shape: TrainingShape,
  steps: number,
): Promise<KernelProfile | null> {
  await useBackend(OURS);
  if (!canProfileKernels()) return null;
  const training = await Training.start(OURS, shape, 'random');
  await training.step();
  startKernelProfile();
  for (let step = 0; step < steps; step++) await training.step();
  const measured = await readKernelProfile();
  stopKernelProfile();
  await training.dispose();
  return measured;
}

/** The time of every kernel in one of several steps. */
export function profileResults(
  name: string,
  profile: KernelProfile,
  steps: number,
): BenchmarkResult[] {
  return profile.map(({ name: kernel, dispatches, milliseconds }) => ({
    name: `${name}: ${kernel}, ${dispatches / steps} dispatches a step`,
    unit: 'ms',
    ours: milliseconds / steps,
    ...alone,
  }));
}

/**
 * The share of a training step's time in matrix products, for the shapes that are otherwise only counted.
 * Minutes on a software adapter, so it runs only by its name.
 */
export function timeInProductsBenchmark(): Benchmark {
  return {
    name: 'time in products',
    async run() {
      const results: BenchmarkResult[] = [];
      for (const [layers, shape] of [
        ['flan-t5-small of 2+2 layers', FULL],
        ['flan-t5-small', WHOLE],
      ] as const) {
        const name = `${layers}, ${describeShape(shape)}`;
        const kernels = await profileTraining(shape, 1);
        if (kernels === null) {
          throw new Error(
            'Expected an adapter with timestamps, found one without: no time can be measured kernel by kernel.',
          );
        }
        results.push(
          {
            name: `${name}: share of measured time in products`,
            unit: '%',
            ours: 100 * timeShareOfProducts(kernels),
            ...alone,
          },
          ...profileResults(name, kernels, 1),
        );
      }
      return results;
    },
  };
}
