/** A teacher: whatever writes rationales when it is asked, and may say what it thinks of given ones. */

import type { SoftTargets } from '../t5/soft-targets';

import type { RationaleQuestion, RationaleScore } from './rationale-scores';

export interface TeacherOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** One seed per prompt; what is written for a prompt does not depend on its neighbours' seeds. */
  readonly seeds: readonly number[];
  /** Most tokens of a rationale, the end token included. */
  readonly maximumTokens: number;
  /** Texts in the rationale grammar that the rationales are made to begin with; for a teacher that `continues`. */
  readonly prefixes?: readonly string[];
  /**
   * Hears the text of the first prompt's rationale as it is written; false ends it there. A teacher on another engine
   * may leave it unheard.
   */
  readonly onText?: (text: string) => Promise<boolean>;
}

export interface TeacherOutput {
  /** With the prefix it began with. */
  readonly text: string;
  /** Generated tokens, the end token included and the prefix not. */
  readonly tokens: number;
}

export interface Teacher {
  /** For people, such as `pocket teacher`. */
  readonly name: string;
  /** Whether it can go on from the begin of a rationale: where it writes the grammar itself, on this engine. */
  readonly continues: boolean;
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

/** A text that a teacher is made to write. */
export interface ForcedText {
  readonly prompt: string;
  /** The student's and teacher's common tokens, the end token included. */
  readonly tokens: readonly number[];
}

/** A teacher with the student's tokenizer, which can therefore say what it would have written in place of each token. */
export interface SoftTeacher {
  /** Its likeliest tokens at every position of each text, in the order given. */
  softTargets(texts: readonly ForcedText[], candidates: number): Promise<SoftTargets[]>;
}
