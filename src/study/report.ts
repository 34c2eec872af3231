/** The report: the comparison of a study's runs, as plain data. */

import type { SplitName } from '../data/problem';
import type { Decoding } from '../evaluate/decoding';
import type { StudentErrors } from '../evaluate/error-taxonomy';
import type { LikelihoodSummary } from './likelihood-summary';
import type { Method } from './methods';
import type { RolloutSummary } from './rollout-summary';
import type { StudentLoopSummary } from './snapshot';

export interface Proportion {
  readonly successes: number;
  readonly trials: number;
  /** successes / trials, 0..1 (0 when there were no trials). */
  readonly value: number;
  /** Wilson 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface SplitScores {
  readonly problems: number;
  /** The number after `####` equals the gold answer. */
  readonly exactMatch: Proportion;
  /** The same where the last number of an output without `####` counts too; reports of earlier versions lack it. */
  readonly flexibleExactMatch?: Proportion;
  /** Share of non-pad target tokens predicted under teacher forcing. */
  readonly tokenAccuracy: Proportion;
  /** Share of outputs that follow the grammar (`####` and a number). */
  readonly formatRate: Proportion;
  readonly loss: number;
  /** Mean number of steps of the student's own output. */
  readonly meanSteps: number;
  /** Mean number of generated tokens of the student's own output. */
  readonly meanTokens: number;
  readonly exactMatchByDifficulty: Readonly<Record<string, Proportion>>;
}

export interface MethodCost {
  readonly updates: number;
  readonly targetTokens: number;
  readonly trainMs: number;
  readonly evaluateMs: number;
  /** Teacher and feedback time this method depends on, the teacher's probabilities and examinations of its student included. */
  readonly preparationMs: number;
  readonly peakMemoryBytes: number;
}

/** One round of a method whose student is examined and trained again. */
export interface RoundReport {
  readonly examples: number;
  readonly updates: number;
  /** Its best exact match on the validation problems that are answered while training, 0..1. */
  readonly exactMatch: number;
  /** Whether the method's student comes from it. */
  readonly isBest: boolean;
  /** Of the student after it; null where no further round was to follow. */
  readonly examination: StudentLoopSummary | null;
}

/** One way of answering the test problems beside greedily. */
export interface DecodingScores extends Decoding {
  readonly exactMatch: Proportion;
  /** Against the same run's greedy answers without a calculator: difference of exact match and McNemar's p. */
  readonly againstGreedy: PairedDifference;
  /** Mean number of generated tokens a problem, of all drawn answers together. */
  readonly meanTokens: number;
  readonly elapsedMs: number;
}

export interface MethodReport {
  readonly method: Method;
  readonly seed: number;
  readonly runId: string;
  readonly examples: number;
  readonly bestUpdate: number;
  /** Absent where its student was trained once. */
  readonly rounds?: readonly RoundReport[];
  readonly splits: Readonly<Record<SplitName, SplitScores>>;
  /** On the test split; absent where the study asks for greedy answers alone. */
  readonly decodings?: readonly DecodingScores[];
  /** What goes wrong in its rationales of test problems; absent for a method without rationales. */
  readonly errors?: StudentErrors;
  readonly cost: MethodCost;
}

/** Two ways of answering the same problems, pair by pair (McNemar, exact binomial). */
export interface PairedDifference {
  readonly onlyFirstRight: number;
  readonly onlySecondRight: number;
  readonly bothRight: number;
  readonly bothWrong: number;
  readonly pValue: number;
  /** Difference of exact match, second minus first, with a 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** Paired comparison of two methods on the same test problems. */
export interface PairedComparison extends PairedDifference {
  readonly first: Method;
  readonly second: Method;
}

export interface ChainLength {
  readonly meanSteps: number;
  readonly meanTokens: number;
}

/** A method that somebody left out of a study while it ran. */
export interface SkippedMethod {
  readonly method: Method;
  /** Updates its student was trained for, and those that were planned. */
  readonly updates: number;
  readonly totalUpdates: number;
}

export interface Report {
  readonly studyId: string;
  readonly finishedAt: number;
  /** Exact match of the student before any training and of the teacher's greedy answers, on the test split. */
  readonly studentBefore: Proportion;
  readonly teacher: Proportion;
  readonly methods: readonly MethodReport[];
  readonly comparisons: readonly PairedComparison[];
  /** Mean length of the teacher's rationales and of what feedback left of them. */
  readonly chainBefore: ChainLength;
  readonly chainAfter: ChainLength;
  /** Absent where none was. */
  readonly skipped?: readonly SkippedMethod[];
  /** Absent where the study asked for no likelihoods. */
  readonly likelihoods?: LikelihoodSummary;
  /** Absent where the study asked for no rollouts. */
  readonly rollouts?: RolloutSummary;
  readonly totalMs: number;
}
