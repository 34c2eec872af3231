/** A teacher: whatever writes rationales when it is asked. */

import type { RationaleQuestion, RationaleScore } from './rationale-scores';

export interface TeacherOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** One seed per prompt; what is written for a prompt does not depend on its neighbours' seeds. */
  readonly seeds: readonly number[];
  /** Most tokens of a rationale, the end token included. */
  readonly maximumTokens: number;
}

export interface TeacherOutput {
  readonly text: string;
  /** Generated tokens, the end token included. */
  readonly tokens: number;
}

export interface Teacher {
  /** For people, such as `pocket teacher`. */
  readonly name: string;
  /** One rationale per prompt, in their order. */
  generate(prompts: readonly string[], options: TeacherOptions): Promise<TeacherOutput[]>;
  /**
   * How likely it finds the asked parts of rationales, a list a question; absent where a teacher gives no likelihoods.
   *
   * @param batchSize most rationales in the decoder at a time
   */
  scoreRationales?(
    questions: readonly RationaleQuestion[],
    batchSize: number,
  ): Promise<RationaleScore[][]>;
}
