/** Which examples each update sees: shuffled epochs in batches of similar length. */

import { hashSeed, Random } from '../data/random';

/** Batches are cut from pools of this many, sorted by length: little padding, still random. */
const BATCHES_A_POOL = 16;

/** A pure function of seed and update, so that a resumed run needs no other data cursor. */
export class BatchOrder {
  private readonly lengths: readonly number[];
  private readonly batchSize: number;
  private readonly seed: number;
  private epoch = -1;
  private batches: readonly (readonly number[])[] = [];

  /** @param lengths length of each example; longer ones cost more and batch together */
  constructor(lengths: readonly number[], batchSize: number, seed: number) {
    if (lengths.length === 0) {
      throw new Error('Batches: expected at least one training example, found none.');
    }
    this.lengths = lengths;
    this.batchSize = Math.min(batchSize, lengths.length);
    this.seed = seed;
  }

  get batchesPerEpoch(): number {
    return Math.floor(this.lengths.length / this.batchSize);
  }

  /**
   * The example indices of an update, counted from 0. An epoch leaves out the few examples
   * that do not fill a batch; which ones changes with every epoch.
   */
  batch(update: number): readonly number[] {
    const epoch = Math.floor(update / this.batchesPerEpoch);
    if (epoch !== this.epoch) {
      this.batches = this.shuffledEpoch(epoch);
      this.epoch = epoch;
    }
    return this.batches[update % this.batchesPerEpoch] ?? [];
  }

  private shuffledEpoch(epoch: number): readonly (readonly number[])[] {
    const random = new Random(hashSeed(this.seed, 'epoch', epoch));
    const order = random.shuffle(this.lengths.map((_, index) => index));
    const poolSize = this.batchSize * BATCHES_A_POOL;
    const batches: number[][] = [];
    for (let start = 0; start < order.length; start += poolSize) {
      const pool = order
        .slice(start, start + poolSize)
        .sort((a, b) => (this.lengths[a] ?? 0) - (this.lengths[b] ?? 0));
      for (let first = 0; first + this.batchSize <= pool.length; first += this.batchSize) {
        batches.push(pool.slice(first, first + this.batchSize));
      }
    }
    return random.shuffle(batches);
  }
}
