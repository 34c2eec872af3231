/** What a pocket problem is: a problem whose every step is known, with the difficulty it was drawn at. */

import type { Problem } from '../problem';

export interface PocketStep {
  /** The step as it stands in the rationale, such as `Ann has [5+3=8] apples`. */
  readonly text: string;
  /** The left side of its equation, such as `5+3`. */
  readonly left: string;
  /** The right side of its equation, such as `8`. */
  readonly right: string;
  /** Whether the answer depends on this step; true for every step of a gold rationale. */
  readonly needed: boolean;
}

/** A sentence of the question whose number the answer does not need. */
export interface Distractor {
  readonly value: number;
  /** What is counted (`pears`), or null where adding it to anything would make no sense (an age). */
  readonly things: string | null;
}

export interface PocketProblem extends Problem {
  readonly source: 'pocket';
  readonly family: string;
  readonly steps: readonly PocketStep[];
  readonly distractor: Distractor | null;
}

/** Inclusive bounds. */
export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * How hard the numbers are: the one place to tune. Bounds are inclusive.
 * The tokenizer does not depend on these, so they may change without making it again.
 */
export const DIFFICULTY = {
  /** A quantity a story opens with, such as the apples somebody has. */
  start: { minimum: 6, maximum: 24 },
  /** A quantity that is added or taken away. */
  change: { minimum: 2, maximum: 15 },
  /** How many equal groups, and how many are in each; their product is at most `product.maximum`. */
  groups: { minimum: 2, maximum: 6 },
  groupSize: { minimum: 2, maximum: 9 },
  /** A price, wage or other factor that a result is multiplied by. */
  price: { minimum: 2, maximum: 5 },
  /** "3 times as many". */
  times: { minimum: 2, maximum: 4 },
  divisor: { minimum: 2, maximum: 6 },
  /** Every product, so that tiny models can learn all of them. */
  product: { minimum: 4, maximum: 80 },
  /** Every result of a step. */
  result: { minimum: 2, maximum: 100 },
  /** Round sums to pay with or to save for, beside the small numbers. */
  goals: [20, 30, 40, 50, 60, 80, 100],
  /** Numbers nobody needs. */
  distractor: { minimum: 3, maximum: 19 },
  age: { minimum: 9, maximum: 19 },
} as const satisfies Record<string, Range | readonly number[]>;
