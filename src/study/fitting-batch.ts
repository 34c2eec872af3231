/** How many examples a run computes at a time, and how that shrinks when the GPU's memory does not suffice. */

import type { StudyRecord } from '../storage/schema';
import { DeviceTroubleError } from '../tensor/device-trouble';
import { GpuMemoryError } from '../tensor/gpu-memory-error';

type Sized = Pick<StudyRecord, 'configuration' | 'fittingMicroBatch'>;

/** Examples of a batch computed at a time: what memory was found to hold, or what the configuration says. */
export function microBatchOf({ configuration, fittingMicroBatch }: Sized): number {
  const { batchSize, microBatchSize = batchSize } = configuration.training;
  return Math.min(batchSize, microBatchSize, fittingMicroBatch ?? Infinity);
}

/** Half as many examples at a time; null where it is one already. */
export function smallerMicroBatch(record: Sized): number | null {
  const size = microBatchOf(record);
  return size > 1 ? Math.ceil(size / 2) : null;
}

/** Did this fail for want of GPU memory, within the budget or on the device? */
export function isOutOfGpuMemory(error: unknown): boolean {
  if (error instanceof DeviceTroubleError) return error.kind === 'memory';
  return error instanceof GpuMemoryError;
}
