/** Which rationales are sampled together, and with which seeds: fixed by the study, not by its history. */

import { hashSeed } from '../data/random';

/** The seed of one sample of the teacher for one problem; sample 0 is greedy and ignores it. */
export function sampleSeed(studySeed: number, problemId: string, sample: number): number {
  return hashSeed(studySeed, 'rationale', problemId, sample);
}

/** The seed of one of the further samples that several rationales a problem are chosen from. */
export function diverseSeed(studySeed: number, problemId: string, sample: number): number {
  return hashSeed(studySeed, 'diverse rationale', problemId, sample);
}

/**
 * Cuts the indices `0 .. lengths.length - 1` into batches of similar length, so that little is
 * computed for padding. The batches depend on the lengths alone: a study that stops and goes on
 * computes the same ones, and each of them is written as a whole.
 *
 * @param lengths tokens of each input
 */
export function lengthBatches(lengths: readonly number[], batchSize: number): number[][] {
  const order = lengths
    .map((_, index) => index)
    .sort((first, second) => (lengths[first] ?? 0) - (lengths[second] ?? 0) || first - second);
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += batchSize) {
    batches.push(order.slice(start, start + batchSize));
  }
  return batches;
}
