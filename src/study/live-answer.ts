/** What the page shows of a model that answers a question of the visitor's. */

import type { StepVerdict } from '../rationale/trace';

/** Longest question in characters: more than any word problem, and few enough tokens for every encoder. */
export const LONGEST_QUESTION = 1_000;

/** What a model has written so far. */
export interface LiveAnswer {
  /** Its whole steps, judged by the rules alone: nobody knows the right answer. */
  readonly steps: readonly StepVerdict[];
  /** What follows them: a step that is being written, or the answer of a model that was taught no steps. */
  readonly rest: string;
  /** The final answer, once it is there. */
  readonly answer: string | null;
  readonly state: 'writing' | 'done' | 'stopped';
}
