/** A problem: what is asked, how its author solves it, and what the answer is. */

export const SPLIT_NAMES = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

export type ProblemSource = 'pocket' | 'gsm8k' | 'own';

export interface Problem {
  /** Unique within a study and stable across runs, such as `gsm8k-train-12` or `pocket-7-000123`. */
  readonly id: string;
  readonly source: ProblemSource;
  readonly question: string;
  /** The author's solution in the rationale grammar (`step | step | #### 72`). */
  readonly goldRationale: string;
  /** The final answer as a plain decimal number without separators or unit, such as `72` or `-3.5`. */
  readonly goldAnswer: string;
  /** Number of gold steps. */
  readonly difficulty: number;
}

export type ProblemSplits = Readonly<Record<SplitName, readonly Problem[]>>;
