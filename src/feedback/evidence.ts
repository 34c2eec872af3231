/** What a check may look at: the step, what was kept before it, and what is known of the problem. */

import type { StepRollouts } from '../rationale/rollouts';
import type { CheckOutcome, Reason, StepLikelihood } from '../rationale/trace';
import type { Chain, ChainStep } from './chain';
import { readChain } from './chain';
import { operandsUsed, resultsOf } from './dependencies';
import { canonicalForm } from './expression';
import { formsOf, statedNumbers } from './grounding';
import type { StatedNumbers } from './grounding';
import { keyOf, parseDecimal } from './rational';
import type { Rational } from './rational';
import { contentWords } from './words';

/** Reasons for which a step is left out without anything being wrong with what it says. */
export const HARMLESS_REASONS: ReadonlySet<Reason> = new Set<Reason>([
  'repeated',
  'off-topic',
  'redundant',
]);

/** The training problem a rationale is judged against. */
export interface JudgeContext {
  readonly question: string;
  /** The gold rationale in the rationale grammar. */
  readonly goldRationale: string;
  /** The gold answer as a plain decimal. */
  readonly goldAnswer: string;
}

/** What the author's solution of a training problem tells: V* and y* of the checks. */
export interface GoldFacts {
  /** Keys of every value the gold rationale reaches. */
  readonly values: ReadonlySet<string>;
  /** Keys of the results of its equations alone. */
  readonly computed: ReadonlySet<string>;
  /** Null where the gold answer is not a number, which no rationale can then reach. */
  readonly answer: Rational | null;
  readonly answerText: string;
}

/** The problem, read once: K, and what is known of its solution. */
export interface ProblemFacts {
  readonly stated: StatedNumbers;
  readonly words: ReadonlySet<string>;
  /** Null where a rationale is judged by rules alone. */
  readonly gold: GoldFacts | null;
}

function readGold({ goldRationale, goldAnswer }: JudgeContext): GoldFacts {
  const answer = parseDecimal(goldAnswer.trim());
  const values = new Set<string>(answer === null ? [] : [keyOf(answer)]);
  const computed = new Set<string>();
  for (const step of readChain(goldRationale).steps) {
    for (const value of resultsOf(step)) values.add(keyOf(value));
    if (step.equation !== null) computed.add(keyOf(step.equation.stated));
    // A solution in words has its values in the prose.
    if (step.step.equation === null)
      for (const value of operandsUsed(step)) values.add(keyOf(value));
  }
  return { values, computed, answer, answerText: goldAnswer.trim() };
}

/** Reads a problem for judging; `rulesOnly` leaves out what only its solution tells. */
export function readFacts(context: JudgeContext, rulesOnly = false): ProblemFacts {
  return {
    stated: statedNumbers(context.question),
    words: contentWords(context.question),
    gold: rulesOnly ? null : readGold(context),
  };
}

/** True where a step gives a value of the gold solution; false by rules alone. */
export const reachesGoldValue = (step: ChainStep, { gold }: ProblemFacts): boolean =>
  gold !== null && resultsOf(step).some((value) => gold.values.has(keyOf(value)));

/** The steps that no check has rejected so far, and what they give. */
export class KeptSteps {
  /** Keys of their results, in every form. */
  readonly values = new Set<string>();
  /** The first kept step that gave a result, by its key. */
  readonly byResult = new Map<string, number>();
  /** Which rejected step gave a value, by its key. */
  readonly rejectedValues = new Map<string, number>();
  /** Earlier kept steps by the canonical left side of their equation. */
  readonly byLeftSide = new Map<string, { readonly index: number; readonly step: ChainStep }>();
  readonly list: { readonly index: number; readonly step: ChainStep }[] = [];
  readonly words = new Set<string>();

  add(step: ChainStep, index: number): void {
    this.list.push({ index, step });
    for (const value of resultsOf(step))
      for (const form of formsOf(value, true)) this.values.add(keyOf(form));
    if (step.equation !== null && !this.byResult.has(keyOf(step.equation.stated)))
      this.byResult.set(keyOf(step.equation.stated), index);
    if (step.equation !== null)
      this.byLeftSide.set(canonicalForm(step.equation.left), { index, step });
    for (const word of step.words) this.words.add(word);
  }

  /** Remembers what a rejected step gave, so that a step which rests on it can be told so. */
  addRejected(step: ChainStep, index: number): void {
    for (const value of resultsOf(step)) this.rejectedValues.set(keyOf(value), index);
  }
}

export interface Evidence {
  readonly facts: ProblemFacts;
  readonly chain: Chain;
  readonly index: number;
  readonly step: ChainStep;
  /** The steps before this one that passed the checks. */
  readonly kept: KeptSteps;
  /** True for the step the rationale's final answer rests on. */
  readonly concludes: boolean;
  /** Whether the rationale ends in the gold answer; null by rules alone. */
  readonly endsRight: boolean | null;
  /** True where a later step needs the result of this step and of an earlier one with the same result. */
  readonly countedTwice: boolean;
  /** False where the answer does not need this step; null where no step reaches the answer. */
  readonly needed: boolean | null;
  /** What models say of the step; undefined where none was asked. */
  readonly likelihoods: readonly StepLikelihood[] | undefined;
  /** Whether the teacher reaches the gold answer from before the step and from behind it. */
  readonly rollouts: StepRollouts;
}

/** One check of one step. */
export type Check = (evidence: Evidence) => CheckOutcome;

export const passed = (reason: Reason, score = 1): CheckOutcome => ({
  reason,
  failed: false,
  score,
  message: '',
});

export const rejected = (reason: Reason, score: number, message: string): CheckOutcome => ({
  reason,
  failed: true,
  score,
  message,
});
