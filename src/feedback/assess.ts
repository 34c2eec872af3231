/** Runs every check on every step of a chain, in order, each with what the steps before it left. */

import { rolloutsOfStep, type RolloutPlace } from '../rationale/rollouts';
import { REASONS } from '../rationale/trace';
import type { CheckOutcome, Reason } from '../rationale/trace';
import { readChain } from './chain';
import type { Chain } from './chain';
import { arithmetic } from './checks/arithmetic';
import { contradictsGold } from './checks/contradicts-gold';
import { malformed } from './checks/malformed';
import { offTopic } from './checks/off-topic';
import { redundant } from './checks/redundant';
import { repeated } from './checks/repeated';
import { ungrounded } from './checks/ungrounded';
import { answeringStep, backwardSlice, dependenciesOf } from './dependencies';
import type { Dependencies } from './dependencies';
import { HARMLESS_REASONS, KeptSteps } from './evidence';
import type { Check, Evidence, ProblemFacts } from './evidence';
import { canonicalForm } from './expression';
import { NEED_SIGNALS, stepHelps, type LikelihoodsByStep } from './likelihood/undecided';
import { equal, parseDecimal } from './rational';
import type { Rational } from './rational';

const CHECKS: Readonly<Record<Reason, Check>> = {
  malformed,
  repeated,
  arithmetic,
  ungrounded,
  'off-topic': offTopic,
  'contradicts-gold': contradictsGold,
  redundant,
};

/** Every check but the one that needs the verdict of all others first. */
const STEP_REASONS = REASONS.filter((reason) => reason !== 'redundant');

export interface AssessedStep {
  /** One outcome a reason, in the order of `REASONS`. */
  readonly outcomes: readonly CheckOutcome[];
  /** The first failing outcome, or null. */
  readonly failure: CheckOutcome | null;
}

export interface Assessment {
  readonly chain: Chain;
  readonly dependencies: Dependencies;
  readonly steps: readonly AssessedStep[];
  /** Index of the kept step that gives the gold answer (by rules alone: the rationale's own); null where none does. */
  readonly answeredBy: number | null;
  /** Index of the step that the rationale's own final answer rests on; -1 where there is no step. */
  readonly concludingStep: number;
}

/** For each step, whether a later step takes its result together with that of an earlier step with the same left side. */
function countedTwice(chain: Chain, dependencies: Dependencies): boolean[] {
  const leftSides = chain.steps.map((step) =>
    step.equation === null ? null : canonicalForm(step.equation.left),
  );
  const counted = chain.steps.map(() => false);
  for (const { sources } of dependencies) {
    const seen = new Set<string>();
    for (const source of sources) {
      const left = leftSides[source];
      if (left === undefined || left === null) continue;
      if (seen.has(left)) counted[source] = true;
      seen.add(left);
    }
  }
  return counted;
}

const ownAnswer = ({ answer }: Chain): Rational | null =>
  answer === null ? null : parseDecimal(answer);

/** The step the rationale's own final answer rests on: the last one that gives it, else the last one. */
function concludingStep(chain: Chain): number {
  const answer = ownAnswer(chain);
  return (answer === null ? null : answeringStep(chain, answer)) ?? chain.steps.length - 1;
}

/** Index of the step that a rationale's final answer rests on; -1 where there is no step. */
export const concludingStepOf = (rationale: string): number => concludingStep(readChain(rationale));

/** Whether the rationale ends in the gold answer, or, where it gives no answer, has a step that reaches it. */
function endsRight(chain: Chain, { gold }: ProblemFacts): boolean | null {
  if (gold === null) return null;
  if (gold.answer === null) return false;
  const answer = ownAnswer(chain);
  return answer === null ? answeringStep(chain, gold.answer) !== null : equal(answer, gold.answer);
}

/**
 * Which steps the answer needs, by index; null where no step of the chain gives it. The answer is the gold one; by
 * rules alone, which do not know it, the rationale's own.
 *
 * @param helpful steps that a model finds helpful: what they are computed from is needed too
 */
function neededSteps(
  chain: Chain,
  dependencies: Dependencies,
  { gold }: ProblemFacts,
  helpful: readonly number[],
) {
  const answer = gold === null ? ownAnswer(chain) : gold.answer;
  const target = answer === null ? null : answeringStep(chain, answer);
  if (target === null) return null;
  const slice = backwardSlice(chain, dependencies, target);
  for (const source of stepsLeadingTo(helpful, dependencies)) slice.add(source);
  return { target, slice };
}

/** The steps that these build on, directly or over others. */
function stepsLeadingTo(steps: readonly number[], dependencies: Dependencies): Set<number> {
  const found = new Set<number>();
  const open = [...steps];
  for (let index = open.pop(); index !== undefined; index = open.pop())
    for (const source of dependencies[index]?.sources ?? [])
      if (!found.has(source)) {
        found.add(source);
        open.push(source);
      }
  return found;
}

/** What models were asked about a rationale; the checks do without where there is nothing. */
export interface ModelsWord {
  /** Of its steps. */
  readonly likelihoods?: LikelihoodsByStep | undefined;
  /** Where the teacher went on from behind its steps. */
  readonly rollouts?: readonly RolloutPlace[] | undefined;
}

/** Runs all checks on a rationale. */
export function assessRationale(
  text: string,
  facts: ProblemFacts,
  { likelihoods, rollouts = [] }: ModelsWord = {},
): Assessment {
  const chain = readChain(text);
  const dependencies = dependenciesOf(chain, facts.stated);
  const counted = countedTwice(chain, dependencies);
  const concluding = concludingStep(chain);
  const right = endsRight(chain, facts);
  const kept = new KeptSteps();
  const evidences = chain.steps.map((step, index): Evidence => ({
    facts,
    chain,
    index,
    step,
    kept,
    concludes: index === concluding,
    endsRight: right,
    countedTwice: counted[index] ?? false,
    needed: null,
    likelihoods: likelihoods?.get(index),
    rollouts: rolloutsOfStep(rollouts, index),
  }));
  const first = evidences.map((evidence) => {
    const outcomes = STEP_REASONS.map((reason) => CHECKS[reason](evidence));
    if (outcomes.every((outcome) => !outcome.failed)) kept.add(evidence.step, evidence.index);
    else kept.addRejected(evidence.step, evidence.index);
    return outcomes;
  });
  // Redundancy is a question about the steps that are left, so that of two equal steps the one that stays is needed.
  const left = kept.list.map(({ index }) => index);
  const rest: Chain = { steps: kept.list.map(({ step }) => step), answer: chain.answer };
  const helpful = left.flatMap((index, place) =>
    stepHelps(likelihoods?.get(index), NEED_SIGNALS) === true ? [place] : [],
  );
  const needed = neededSteps(rest, dependenciesOf(rest, facts.stated), facts, helpful);
  const wrong = first.flatMap((outcomes, index) =>
    outcomes.some(({ failed, reason }) => failed && !HARMLESS_REASONS.has(reason)) ? [index] : [],
  );
  // What leads to a wrong step is there for what that should have said.
  const excused = stepsLeadingTo(wrong, dependencies);
  const steps = evidences.map((evidence, index): AssessedStep => {
    const place = left.indexOf(index);
    const outcomes = [
      ...(first[index] ?? []),
      CHECKS.redundant({
        ...evidence,
        needed: needed === null || place < 0 ? null : needed.slice.has(place) || excused.has(index),
      }),
    ];
    return { outcomes, failure: outcomes.find((outcome) => outcome.failed) ?? null };
  });
  return {
    chain,
    dependencies,
    steps,
    answeredBy: needed === null ? null : (left[needed.target] ?? null),
    concludingStep: concluding,
  };
}
