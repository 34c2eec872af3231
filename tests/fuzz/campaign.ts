/** A campaign: many mutants of a target's files, each either read or refused, in bounded time and memory. */

import { getHeapStatistics } from 'node:v8';
import { Random, hashSeed } from '../../src/data/random';
import { mutate } from './mutation';
import type { FuzzTarget } from './target';

export interface CampaignOptions {
  readonly runs: number;
  readonly seed: number;
  /** The first mutant, to make one again. */
  readonly from?: number;
  /** Told before each mutant, so that whoever watches can say which one never ended. */
  readonly onMutant?: (mutant: number) => void;
}

export interface CampaignResult {
  readonly mutants: number;
  readonly accepted: number;
  readonly refused: number;
  readonly slowestMs: number;
  /** Most bytes seen to be allocated for a mutant, per byte of it, beyond the constant. */
  readonly memoryMultiple: number;
}

/**
 * Longest time for one mutant of a few kilobytes. A tenth of it is far more than any takes; the rest is for a
 * machine that does something else in between.
 */
export const LONGEST_MS = 2_000;

/** Bytes that any reading may allocate: buffers of fixed size, and what the engine allocates meanwhile. */
export const CONSTANT_BYTES = 4 * 1024 * 1024;

/** A mutant that was neither read nor refused as it should be. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';

  constructor(target: FuzzTarget, seed: number, mutant: number, found: string) {
    super(
      `${target.name}, mutant ${mutant} of seed ${seed}: expected it to be read or refused, ${found}. ` +
        `Again: npm run fuzz -- --only ${target.name} --seed ${seed} --from ${mutant} --runs 1`,
    );
  }
}

/** The mutant with this number. */
export function mutantOf(target: FuzzTarget, seed: number, mutant: number): Uint8Array {
  const file = target.files[mutant % target.files.length];
  if (file === undefined) throw new Error(`The target ${target.name} has no valid file.`);
  const random = new Random(hashSeed(seed, target.name, mutant));
  return file.mutateStructure !== undefined && random.next() < 0.5
    ? file.mutateStructure(random)
    : mutate(file.bytes, file.headerBytes, random);
}

/**
 * Bytes in use; between two garbage collections they only grow. Asked of the engine: `process.memoryUsage()` reads
 * a file of the system too, which takes longer than reading most mutants.
 */
function allocatedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/**
 * Runs a campaign.
 * @throws {FuzzFailure} at the first mutant that crashes the parser, takes too long or too much memory
 */
export async function runCampaign(
  target: FuzzTarget,
  { runs, seed, from = 0, onMutant }: CampaignOptions,
): Promise<CampaignResult> {
  // A valid file must be accepted, or every mutant would be refused for the same reason.
  for (const { bytes } of target.files) await target.read(bytes);
  let refused = 0;
  let slowestMs = 0;
  let memoryMultiple = 0;
  for (let mutant = from; mutant < from + runs; mutant++) {
    onMutant?.(mutant);
    const bytes = mutantOf(target, seed, mutant);
    const fail = (found: string): never => {
      throw new FuzzFailure(target, seed, mutant, found);
    };
    const before = allocatedBytes();
    const started = performance.now();
    try {
      await target.read(bytes);
    } catch (error) {
      if (!target.isRefusal(error)) {
        fail(`found ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      refused += 1;
    }
    const elapsed = performance.now() - started;
    const multiple = (allocatedBytes() - before - CONSTANT_BYTES) / Math.max(1, bytes.length);
    slowestMs = Math.max(slowestMs, elapsed);
    memoryMultiple = Math.max(memoryMultiple, multiple);
    if (elapsed > LONGEST_MS) fail(`found that it took ${Math.round(elapsed)} ms`);
    if (multiple > target.memoryMultiple) {
      fail(
        `found that it took ${Math.round(multiple)} bytes of memory a byte of the file, more than ${target.memoryMultiple}`,
      );
    }
  }
  return { mutants: runs, accepted: runs - refused, refused, slowestMs, memoryMultiple };
}
