/** Ids of studies, and memorable names for people. */

import * as v from 'valibot';
import { hashSeed, Random } from '../data/random';

/** Longest name that people may give: it has to fit beside others on a phone. */
export const LONGEST_STUDY_NAME = 60;

/** A name from outside. */
export const studyNameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'a study needs a name'),
  v.maxLength(LONGEST_STUDY_NAME, `a name has at most ${LONGEST_STUDY_NAME} characters`),
);

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

/** An id that no other study has, here or elsewhere. */
export function newStudyId(createdAt: number): string {
  return `study-${createdAt.toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
}

/** A name made from the seed and the time, such as `quiet-harvest-42`. */
export function studyName(seed: number, createdAt: number): string {
  const random = new Random(hashSeed('name', seed, createdAt));
  return `${random.pick(ADJECTIVES)}-${random.pick(NOUNS)}-${random.integer(10, 99)}`;
}
