/** A trace: one problem with one rationale, and what the feedback module decided about every step of it. */

import type { RolloutPlace } from './rollouts';
import type { StudentRound } from './student-round';

export const REASONS = [
  'malformed',
  'repeated',
  'arithmetic',
  'ungrounded',
  'off-topic',
  'contradicts-gold',
  'redundant',
] as const;
export type Reason = (typeof REASONS)[number];

export type Verdict = 'kept' | 'rejected' | 'repaired';

/** One check's opinion of one step. A check that fails proposes rejection; `score` is what it measured. */
export interface CheckOutcome {
  readonly reason: Reason;
  readonly failed: boolean;
  /** What the check measured; higher is better, 1 is flawless. */
  readonly score: number;
  /** The check fails at this score and below; absent where the score alone does not decide. */
  readonly threshold?: number;
  /** One sentence a person understands, such as "9 x 4 is 36, the step says 35". Empty when the check passed. */
  readonly message: string;
}

/**
 * What likelihoods say of a step: how much likelier the gold answer is behind it than right before it, how much less
 * likely behind the rationale without it, and how much likelier it makes what follows, later steps and the answer.
 */
export const LIKELIHOOD_SIGNALS = ['information-gain', 'leave-one-out', 'following'] as const;
export type LikelihoodSignal = (typeof LIKELIHOOD_SIGNALS)[number];

/** Whose likelihoods: the student is asked as it is before training. */
export const LIKELIHOOD_MODELS = ['teacher', 'student'] as const;
export type LikelihoodModel = (typeof LIKELIHOOD_MODELS)[number];

/** One signal of one step by one model. */
export interface StepLikelihood {
  readonly signal: LikelihoodSignal;
  readonly model: LikelihoodModel;
  /** How much likelier with the step than without it, in nats a token of what is asked about. */
  readonly value: number;
  /** From this value on the step helps. */
  readonly threshold: number;
}

export interface StepVerdict {
  /** The step as the teacher wrote it (or as the gold solution has it, in a fallback). */
  readonly text: string;
  readonly verdict: Verdict;
  /** The first failing check, or null when the step was kept as written. */
  readonly reason: Reason | null;
  readonly message: string;
  /** Every check's outcome, in the order of `REASONS`, so that nothing about the decision is hidden. */
  readonly outcomes: readonly CheckOutcome[];
  /** Indices of the earlier steps of the same rationale whose results this step uses. */
  readonly dependsOn: readonly number[];
  /** Present where the verdict depended on them and the study asks for likelihoods. */
  readonly likelihoods?: readonly StepLikelihood[];
  /** What a repaired step was replaced by; absent otherwise. */
  readonly replacement?: string;
  /** What the visitor decided against the checks; counts in place of `verdict`, which stays as it was. */
  readonly byHand?: 'kept' | 'rejected';
}

/** Where the winnowed rationale came from. */
export const PROVENANCES = [
  'teacher', // every step as written
  'teacher-trimmed', // some steps deleted or merged, the rest as written
  'continued', // the begin of a sample that the teacher went on from in another way, possibly trimmed
  'resampled', // another sample of the teacher, possibly trimmed
  'hinted', // a sample of the teacher with the gold answer in its prompt, possibly trimmed
  'by-hand', // a sample of the teacher whose steps the visitor has judged
  'gold', // the gold rationale, after every sample was rejected
  'none', // nothing usable and no fallback allowed: the problem is left out
] as const;
export type Provenance = (typeof PROVENANCES)[number];

/** One sample of the teacher for a problem, as it was written. */
export interface TeacherSample {
  /** 0 is the greedy sample. */
  readonly sample: number;
  readonly temperature: number;
  /** True when the gold answer was in the prompt. */
  readonly hinted?: true;
  /** Set where it is a rollout that was kept: the sample and how many of its steps it goes on from. */
  readonly goesOn?: { readonly sample: number; readonly steps: number };
  readonly text: string;
  /** Number of generated tokens, the end token included. */
  readonly tokens: number;
  /** The final answer read from the text, or null when it has none. */
  readonly answer: string | null;
}

/** The judgement of one sample. */
export interface JudgedRationale {
  readonly sample: number;
  readonly text: string;
  readonly steps: readonly StepVerdict[];
  /** True when what is left of it is a verified chain that ends in the gold answer. */
  readonly accepted: boolean;
  /** Where the teacher went on from behind its steps, in that order; absent where a decision did not need it. */
  readonly rollouts?: readonly RolloutPlace[];
}

export interface Trace {
  readonly studyId: string;
  readonly problemId: string;
  /** Position of the problem in its split: the order of generation and of display. */
  readonly index: number;
  readonly split: 'train';
  readonly question: string;
  readonly goldRationale: string;
  readonly goldAnswer: string;
  readonly difficulty: number;
  /** What the teacher wrote, greedy first. */
  readonly samples: readonly TeacherSample[];
  /** Further samples, for the method that trains on several rationales a problem; absent where there is none. */
  readonly diverse?: readonly TeacherSample[];
  /** The judgement of every sample; empty until the feedback stage reached this problem. */
  readonly judged: readonly JudgedRationale[];
  /** What the `feedback` method trains on, in the rationale grammar; null before the feedback stage or with provenance `none`. */
  readonly winnowed: string | null;
  readonly provenance: Provenance | null;
  /**
   * What students made of it after rounds of their training; read with `studentRounds`, which checks it. Absent
   * where no method had such rounds.
   */
  readonly studentRounds?: readonly StudentRound[];
}
