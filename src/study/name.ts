/** Memorable names of studies, for people. */

import { hashSeed, Random } from '../data/random';

const ADJECTIVES = [
  'amber',
  'brisk',
  'calm',
  'clear',
  'early',
  'gentle',
  'golden',
  'late',
  'light',
  'mellow',
  'north',
  'plain',
  'quiet',
  'ripe',
  'silver',
  'slow',
  'south',
  'steady',
  'tall',
  'warm',
] as const;

const NOUNS = [
  'barley',
  'barn',
  'breeze',
  'chaff',
  'field',
  'flail',
  'furrow',
  'grain',
  'granary',
  'harvest',
  'meadow',
  'mill',
  'oats',
  'orchard',
  'rye',
  'sheaf',
  'sickle',
  'sieve',
  'spelt',
  'wheat',
] as const;

/** A name made from the seed and the time, such as `quiet-harvest-42`. */
export function studyName(seed: number, createdAt: number): string {
  const random = new Random(hashSeed('name', seed, createdAt));
  return `${random.pick(ADJECTIVES)}-${random.pick(NOUNS)}-${random.integer(10, 99)}`;
}
