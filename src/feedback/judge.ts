/** Judges one rationale of a training problem: a verdict for every step, and whether what is left is a verified chain. */

import type { StepLikelihood, StepVerdict } from '../rationale/trace';
import { formatRationale } from '../text/grammar';
import { assessRationale } from './assess';
import type { Assessment, ModelsWord } from './assess';
import { HARMLESS_REASONS, readFacts } from './evidence';
import type { JudgeContext, ProblemFacts } from './evidence';
import type { LikelihoodsByStep } from './likelihood/undecided';
import { equal, keyOf, parseDecimal } from './rational';
import { trimChain } from './trim';
import type { TrimOptions, Trimmed } from './trim';

export type { JudgeContext } from './evidence';

export interface Judgement {
  readonly steps: readonly StepVerdict[];
  /** True when what is left is a verified chain that ends in the gold answer (by rules alone: in its own). */
  readonly accepted: boolean;
  /** The texts of the steps that are left, merged ones as they were rewritten. */
  readonly remaining: readonly string[];
  /** The final answer as the rationale gives it. */
  readonly answer: string | null;
  /** Index of the step that the final answer rests on; -1 where there is no step. */
  readonly concludingStep: number;
}

export interface JudgeOptions extends TrimOptions, ModelsWord {
  /** Judge by the question alone, as if the gold rationale and answer were unknown. */
  readonly rulesOnly?: boolean;
}

/** Trimming can make another step superfluous; more rounds than this only a contrived text needs. */
const MAXIMUM_ROUNDS = 4;

/** True when the rationale ends in an answer, which is the gold one where that is known. */
function answers({ chain }: Assessment, { gold }: ProblemFacts): boolean {
  const answer = chain.answer === null ? null : parseDecimal(chain.answer);
  if (answer === null) return false;
  return gold === null || (gold.answer !== null && equal(answer, gold.answer));
}

/**
 * True when every number the trimmed chain uses is defined. A number of unknown origin passes only where the chain
 * as written had it too and no wrong step was taken out: then `ungrounded` has let it pass on its second signal.
 */
function isDefined(before: Assessment, trimmed: Trimmed, after: Assessment): boolean {
  // What a wrong step was needed for cannot be right for the right reason.
  const wrong = new Set(
    trimmed.removed.filter((index) => {
      const reason = before.steps[index]?.failure?.reason;
      return reason !== undefined && !HARMLESS_REASONS.has(reason);
    }),
  );
  const restsOnWrong = trimmed.steps.some(({ index }) =>
    before.dependencies[index]?.sources.some((source) => wrong.has(source)),
  );
  if (restsOnWrong) return false;
  return after.dependencies.every(({ unexplained }, place) => {
    if (unexplained.length === 0) return true;
    const origin = trimmed.steps[place];
    if (wrong.size > 0 || origin === undefined) return false;
    const known = new Set(before.dependencies[origin.index]?.unexplained.map(keyOf));
    return unexplained.every((value) => known.has(keyOf(value)));
  });
}

/** Checks what is left of a chain as if it were a new rationale. */
function verify(
  before: Assessment,
  trimmed: Trimmed,
  facts: ProblemFacts,
  { trimRedundant, likelihoods }: JudgeOptions,
): { sound: boolean; superfluous: ReadonlyMap<number, Assessment['steps'][number]> } {
  const superfluous = new Map<number, Assessment['steps'][number]>();
  const texts = trimmed.steps.map((step) => step.text);
  const answer = facts.gold?.answerText ?? before.chain.answer ?? '';
  const ofRest: LikelihoodsByStep = new Map(
    trimmed.steps.flatMap(({ index }, place) => {
      const own = likelihoods?.get(index);
      return own === undefined ? [] : [[place, own] as const];
    }),
  );
  const after = assessRationale(formatRationale(texts, answer), facts, { likelihoods: ofRest });
  if (after.steps.length !== texts.length || after.answeredBy === null)
    return { sound: false, superfluous };
  after.steps.forEach((step, place) => {
    const origin = trimmed.steps[place];
    if (step.failure === null || origin === undefined) return;
    if (step.failure.reason === 'redundant' && !trimRedundant) return;
    superfluous.set(origin.index, step);
  });
  return { sound: superfluous.size === 0 && isDefined(before, trimmed, after), superfluous };
}

function verdictOf(
  assessment: Assessment,
  trimmed: Trimmed,
  index: number,
  likelihoods: readonly StepLikelihood[] | undefined,
): StepVerdict {
  const assessed = assessment.steps[index];
  const shared = {
    text: assessment.chain.steps[index]?.text ?? '',
    outcomes: assessed?.outcomes ?? [],
    dependsOn: assessment.dependencies[index]?.sources ?? [],
    ...(likelihoods === undefined ? {} : { likelihoods }),
  };
  const left = trimmed.steps.find((step) => step.index === index);
  if (left === undefined)
    return {
      ...shared,
      verdict: 'rejected',
      reason: assessed?.failure?.reason ?? null,
      message: assessed?.failure?.message ?? '',
    };
  const [first] = left.merged;
  if (first === undefined) return { ...shared, verdict: 'kept', reason: null, message: '' };
  return {
    ...shared,
    verdict: 'repaired',
    reason: assessment.steps[first]?.failure?.reason ?? null,
    message: `The calculation of step ${left.merged.map((step) => step + 1).join(' and ')} was written into this step.`,
    replacement: left.text,
  };
}

/**
 * Judges a rationale against its problem. Every check's outcome is recorded for every step; the first failing one
 * gives the reason. Rejected steps are left out (or merged into the step that uses them) and what remains is
 * checked again as a rationale of its own; it is accepted when nothing in it fails, every number in it is defined,
 * one of its steps gives the gold answer and that is the final answer. By rules alone the rationale's own answer
 * stands for the gold one, and nothing is compared with the gold values. Never throws, whatever the text.
 */
export function judgeRationale(
  text: string,
  context: JudgeContext,
  options: JudgeOptions = { trimRedundant: true },
): Judgement {
  const facts = readFacts(context, options.rulesOnly);
  const asWritten = assessRationale(text, facts, options);
  let assessment = asWritten;
  let trimmed = trimChain(assessment, facts.stated, options);
  let accepted = false;
  if (answers(assessment, facts))
    for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
      const { sound, superfluous } = verify(assessment, trimmed, facts, options);
      accepted = sound;
      if (superfluous.size === 0) break;
      // A failure that shows only now counts for the step as written; the rest keeps its first outcomes.
      assessment = {
        ...assessment,
        steps: assessment.steps.map((step, index) => superfluous.get(index) ?? step),
      };
      trimmed = trimChain(assessment, facts.stated, options);
    }
  if (!accepted) {
    // What others are gone for in vain was not superfluous.
    assessment = asWritten;
    trimmed = trimChain(assessment, facts.stated, options);
  }
  return {
    steps: assessment.steps.map((_, index) =>
      verdictOf(assessment, trimmed, index, options.likelihoods?.get(index)),
    ),
    accepted,
    remaining: trimmed.steps.map((step) => step.text),
    answer: assessment.chain.answer,
    concludingStep: assessment.concludingStep,
  };
}
