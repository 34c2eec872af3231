/** What a step's likelihoods decide: which steps the rules leave to them, and what they say of one. */

import type { LikelihoodSignal, StepLikelihood, StepVerdict } from '../../rationale/trace';
import { readChain } from '../chain';
import type { WantedSignal } from './plan';

/** The likelihoods of a rationale's steps, by step; a step whose verdict does not depend on them has none. */
export type LikelihoodsByStep = ReadonlyMap<number, readonly StepLikelihood[]>;

/**
 * Whether a step helps, by some signals: true where a model that was asked says so, false where all of them say that
 * it does not, null where none was asked.
 */
export function stepHelps(
  likelihoods: readonly StepLikelihood[] | undefined,
  signals: readonly LikelihoodSignal[],
): boolean | null {
  const asked = likelihoods?.filter(({ signal }) => signals.includes(signal)) ?? [];
  return asked.length === 0 ? null : asked.some(({ value, threshold }) => value >= threshold);
}

/** What excuses a number that comes from nowhere. */
export const GROUNDING_SIGNALS = ['information-gain'] as const satisfies LikelihoodSignal[];
/** What excuses a step that shares nothing with the problem. */
export const TOPIC_SIGNALS = [
  'information-gain',
  'following',
] as const satisfies LikelihoodSignal[];
/** What excuses a step that the answer does not rest on. */
export const NEED_SIGNALS = ['leave-one-out', 'following'] as const satisfies LikelihoodSignal[];

/** True for a sentence without an equation, not the last one, whose numbers no later step takes. */
function isIdle({ text }: StepVerdict, index: number, steps: readonly StepVerdict[]): boolean {
  return (
    index < steps.length - 1 &&
    readChain(text).steps[0]?.equation === null &&
    !steps.some(({ dependsOn }) => dependsOn.includes(index))
  );
}

/**
 * The signals that would decide about steps of a judged rationale and are not known yet: of superfluous steps and of
 * sentences that nothing rests on, of steps off topic, and of those that take a number from nowhere but reach a value
 * of the gold solution. Whatever else is wrong with a step, no likelihood excuses it.
 */
export function undecidedSignals(steps: readonly StepVerdict[]): WantedSignal[] {
  return steps.flatMap((step, index): WantedSignal[] => {
    const failure = step.outcomes.find(({ failed }) => failed)?.reason ?? null;
    const doubtful = step.outcomes.some(
      ({ reason, score }) => reason === 'ungrounded' && score < 1,
    );
    const signals = new Set<LikelihoodSignal>();
    const want = (wanted: readonly LikelihoodSignal[]) => {
      for (const signal of wanted) signals.add(signal);
    };
    if (failure === 'off-topic') want(TOPIC_SIGNALS);
    if (doubtful && (failure === null || failure === 'redundant')) want(GROUNDING_SIGNALS);
    if (failure === 'redundant' || (failure === null && isIdle(step, index, steps)))
      want(NEED_SIGNALS);
    return [...signals]
      .filter((signal) => stepHelps(step.likelihoods, [signal]) === null)
      .map((signal) => ({ index, signal }));
  });
}
