/** What a check may look at: the step, what was kept before it, and what is known of the problem. */

import type { CheckOutcome, Reason } from '../rationale/trace';
import type { Chain, ChainStep } from './chain';
import { readChain } from './chain';
import { operandsUsed, resultsOf } from './dependencies';
import { canonicalForm } from './expression';
import { formsOf, statedNumbers } from './grounding';
import type { StatedNumbers } from './grounding';
import { keyOf, parseDecimal } from './rational';
import type { Rational } from './rational';
import { contentWords } from './words';

/** The training problem a rationale is judged against. */
export interface JudgeContext {
  readonly question: string;
  /** The gold rationale in the rationale grammar. */
  readonly goldRationale: string;
  /** The gold answer as a plain decimal. */
  readonly goldAnswer: string;
}

/** The problem, read once: K, V* and y* of the checks. */
export interface ProblemFacts {
  readonly stated: StatedNumbers;
  readonly words: ReadonlySet<string>;
  /** Keys of every value the gold rationale reaches. */
  readonly goldValues: ReadonlySet<string>;
  /** Null where the gold answer is not a number, which no rationale can then reach. */
  readonly goldAnswer: Rational | null;
  readonly goldAnswerText: string;
}

/** Reads a problem for judging. */
export function readFacts(context: JudgeContext): ProblemFacts {
  const goldAnswer = parseDecimal(context.goldAnswer.trim());
  const goldValues = new Set<string>(goldAnswer === null ? [] : [keyOf(goldAnswer)]);
  for (const step of readChain(context.goldRationale).steps) {
    for (const value of resultsOf(step)) goldValues.add(keyOf(value));
    // A solution in words has its values in the prose.
    if (step.step.equation === null)
      for (const value of operandsUsed(step)) goldValues.add(keyOf(value));
  }
  return {
    stated: statedNumbers(context.question),
    words: contentWords(context.question),
    goldValues,
    goldAnswer,
    goldAnswerText: context.goldAnswer.trim(),
  };
}

/** The steps that no check has rejected so far, and what they give. */
export class KeptSteps {
  /** Keys of their results, in every form. */
  readonly values = new Set<string>();
  /** Earlier kept steps by the canonical left side of their equation. */
  readonly byLeftSide = new Map<string, { readonly index: number; readonly step: ChainStep }>();
  readonly list: { readonly index: number; readonly step: ChainStep }[] = [];
  readonly words = new Set<string>();

  add(step: ChainStep, index: number): void {
    this.list.push({ index, step });
    for (const value of resultsOf(step))
      for (const form of formsOf(value, true)) this.values.add(keyOf(form));
    if (step.equation !== null)
      this.byLeftSide.set(canonicalForm(step.equation.left), { index, step });
    for (const word of step.words) this.words.add(word);
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
  /** True where a later step needs the result of this step and of an earlier one with the same result. */
  readonly countedTwice: boolean;
  /** False where the gold answer does not need this step; null where no step reaches the gold answer. */
  readonly needed: boolean | null;
}

/** One check of one step. A score from elsewhere (a likelihood) becomes one more field of the evidence. */
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
