/** Near-duplicates: questions that share most of their word 8-grams, found before they can land in two splits. */

import { questionKey } from './cleaning';

/** Words of a gram: long enough that unrelated questions share few. */
export const GRAM_WORDS = 8;
/** Share of the shorter question's grams, from which on two questions count as the same. */
export const NEAR_DUPLICATE_OVERLAP = 0.8;
/**
 * Questions listed under one gram. Beyond it the gram is a phrase of a template, and comparing with all
 * that use it would take time in proportion to the square of the file; their other grams, and the index
 * by numbers, still find a near-duplicate.
 */
const MAXIMUM_LISTED = 16;

/** Numbers written as words, which make another problem of a question just as digits do. */
const NUMBER_WORDS = new Set(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
    'sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred ' +
    'thousand million half halves third thirds quarter quarters once twice thrice double triple dozen'
  ).split(' '),
);

export interface NearDuplicate {
  /** Its place among the candidates. */
  readonly index: number;
  /** The question it repeats: a test question, or a candidate before it. */
  readonly original: { readonly isTest: boolean; readonly index: number };
  /** Share of the shorter question's grams that both have, 0.8..1. */
  readonly overlap: number;
}

export interface NearDuplicates {
  readonly duplicates: readonly NearDuplicate[];
  /** Candidates that overlap as much with an earlier question, but with other numbers: they stay. */
  readonly variants: number;
}

/** What of a question is compared. */
interface Fingerprint {
  /** Hashes of the grams, ascending, each once. */
  readonly grams: Uint32Array;
  /** The numbers in it, sorted. */
  readonly numbers: readonly string[];
  /** Hash of the numbers; 0 where there are fewer than two, which say little. */
  readonly numbersHash: number;
}

/**
 * Finds the candidates that repeat a test question or an earlier candidate: at least 0.8 of the shorter
 * question's word 8-grams are in the longer one, and so are all of its numbers. A question with other
 * numbers is another problem from the same template, as GSM8K has them; it stays and is counted.
 * Questions of fewer than eight words have no gram and are never found.
 *
 * Takes time in proportion to the number of words; nothing is ever removed from `testQuestions`.
 */
export function findNearDuplicates(
  testQuestions: readonly string[],
  candidates: readonly string[],
): NearDuplicates {
  const questions = [...testQuestions, ...candidates];
  const fingerprints = questions.map(fingerprint);
  const index = new GramIndex(fingerprints.reduce((sum, { grams }) => sum + grams.length + 1, 0));
  const duplicates: NearDuplicate[] = [];
  let variants = 0;
  for (const [at, print] of fingerprints.entries()) {
    const { grams, numbersHash } = print;
    if (at >= testQuestions.length && grams.length > 0) {
      let best: { original: number; overlap: number } | null = null;
      let isVariant = false;
      for (const original of index.sharing(grams, numbersHash)) {
        const earlier = fingerprints[original];
        if (earlier === undefined || hashedOverlap(print, earlier) < NEAR_DUPLICATE_OVERLAP)
          continue;
        if (!sameNumbers(print, earlier)) {
          isVariant = true;
          continue;
        }
        // Two grams may have one hash, so what is removed is compared word by word.
        const overlap = gramOverlap(questions[at] ?? '', questions[original] ?? '');
        if (overlap < NEAR_DUPLICATE_OVERLAP) continue;
        if (best === null || original < best.original) best = { original, overlap };
      }
      if (best !== null) {
        const isTest = best.original < testQuestions.length;
        const place = isTest ? best.original : best.original - testQuestions.length;
        duplicates.push({
          index: at - testQuestions.length,
          original: { isTest, index: place },
          overlap: best.overlap,
        });
        continue;
      }
      if (isVariant) variants++;
    }
    index.add(at, grams, numbersHash);
  }
  return { duplicates, variants };
}

/**
 * Share of the shorter question's word 8-grams that the longer one has too, 0..1; 0 where one has none.
 * The plain form of what the index is searched for.
 */
export function gramOverlap(first: string, second: string): number {
  const [shorter, longer] = [gramsOf(first), gramsOf(second)].sort((a, b) => a.size - b.size);
  if (shorter === undefined || longer === undefined || shorter.size === 0) return 0;
  let shared = 0;
  for (const gram of shorter) if (longer.has(gram)) shared++;
  return shared / shorter.size;
}

function gramsOf(question: string): Set<string> {
  const words = questionKey(question).split(' ');
  const grams = new Set<string>();
  for (let end = GRAM_WORDS; end <= words.length; end++) {
    grams.add(words.slice(end - GRAM_WORDS, end).join(' '));
  }
  return grams;
}

function fingerprint(question: string): Fingerprint {
  const words = questionKey(question).split(' ');
  const hashes = words.map(hashText);
  const all = new Set<number>();
  for (let end = GRAM_WORDS; end <= hashes.length; end++) {
    let hash = 0;
    for (let at = end - GRAM_WORDS; at < end; at++) hash = mix(hash, hashes[at] ?? 0);
    all.add(hash);
  }
  const numbers = words.flatMap(numberIn).sort();
  return {
    grams: Uint32Array.from(all).sort(),
    numbers,
    numbersHash: numbers.length < 2 ? 0 : hashText(numbers.join(' ')),
  };
}

/** The number a word holds, without currency, sign of percent or hyphen. */
function numberIn(word: string): string[] {
  if (NUMBER_WORDS.has(word)) return [word];
  const digits = word.replace(/[^\d./]/g, '').replace(/[./]+$/, '');
  return /\d/.test(digits) ? [digits] : [];
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = mix(hash, text.charCodeAt(at));
  return hash;
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x01000193);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0;
}

function hashedOverlap({ grams: first }: Fingerprint, { grams: second }: Fingerprint): number {
  let shared = 0;
  for (let one = 0, other = 0; one < first.length && other < second.length;) {
    const difference = (first[one] ?? 0) - (second[other] ?? 0);
    if (difference === 0) shared++;
    if (difference <= 0) one++;
    if (difference >= 0) other++;
  }
  return shared / Math.max(1, Math.min(first.length, second.length));
}

/** Whether all numbers of the shorter question are in the longer one, as often as there; of two as long, of both. */
function sameNumbers(first: Fingerprint, second: Fingerprint): boolean {
  const difference = first.grams.length - second.grams.length;
  return (
    (difference > 0 || contains(second.numbers, first.numbers)) &&
    (difference < 0 || contains(first.numbers, second.numbers))
  );
}

/** Whether a sorted list holds all members of another one. */
function contains(list: readonly string[], members: readonly string[]): boolean {
  let at = 0;
  for (const member of members) {
    while (at < list.length && list[at] !== member) at++;
    if (at++ >= list.length) return false;
  }
  return true;
}

/** Questions by their grams and by their numbers: chains in typed arrays, because a file has millions of grams. */
class GramIndex {
  readonly #heads: Int32Array;
  readonly #lengths: Uint8Array;
  readonly #owners: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;
  #used = 0;

  constructor(entries: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * entries + 2));
    this.#mask = slots - 1;
    this.#heads = new Int32Array(slots).fill(-1);
    this.#lengths = new Uint8Array(slots);
    this.#owners = new Int32Array(entries);
    this.#next = new Int32Array(entries);
  }

  add(owner: number, grams: Uint32Array, numbersHash: number): void {
    for (const gram of grams) this.#list(owner, gram);
    if (numbersHash !== 0) this.#list(owner, numbersHash);
  }

  /** The questions that share a gram, or all numbers; others may be among them. */
  sharing(grams: Uint32Array, numbersHash: number): Set<number> {
    const found = new Set<number>();
    for (const gram of grams) this.#collect(gram, found);
    if (numbersHash !== 0) this.#collect(numbersHash, found);
    return found;
  }

  #list(owner: number, hash: number): void {
    const slot = hash & this.#mask;
    const length = this.#lengths[slot] ?? 0;
    if (length === MAXIMUM_LISTED) return;
    this.#lengths[slot] = length + 1;
    this.#owners[this.#used] = owner;
    this.#next[this.#used] = this.#heads[slot] ?? -1;
    this.#heads[slot] = this.#used++;
  }

  #collect(hash: number, found: Set<number>): void {
    for (let at = this.#heads[hash & this.#mask] ?? -1; at >= 0; at = this.#next[at] ?? -1) {
      found.add(this.#owners[at] ?? 0);
    }
  }
}
