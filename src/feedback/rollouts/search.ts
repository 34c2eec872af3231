/** From which place of a rationale the teacher should go on next, so that few places show which step leads astray. */

import type { RolloutPlace } from '../../rationale/rollouts';
import type { StepVerdict } from '../../rationale/trace';
import { HARMLESS_REASONS } from '../evidence';

/** A rationale that ends in a wrong answer, as it was judged last. */
export interface WrongRationale {
  readonly steps: readonly StepVerdict[];
  /** Index of the step that its final answer rests on. */
  readonly concludingStep: number;
  /** The places that the teacher went on from already. */
  readonly places: readonly RolloutPlace[];
}

const isBlamedByItsEnd = ({ reason }: StepVerdict): boolean => reason === 'contradicts-gold';

/** The first step that is wrong whatever follows it: by a rule, or because it concludes. */
function firstCertain({ steps, concludingStep }: WrongRationale): number {
  const byRule = steps.findIndex(
    (step, index) =>
      index < concludingStep &&
      step.verdict === 'rejected' &&
      step.reason !== null &&
      !isBlamedByItsEnd(step) &&
      !HARMLESS_REASONS.has(step.reason),
  );
  return byRule < 0 ? concludingStep : byRule;
}

/**
 * The number of steps that the teacher should go on from next; null where no decision depends on it any more.
 *
 * Two are open: whether a step is to blame that only the end of its own rationale speaks against, and which step is to
 * blame where nothing but the conclusion is. The first place is the question itself: where no continuation from there is
 * right, none can fall. From then on the places between the last that leads to the gold answer and the first that does
 * not are halved, as Luo et al. (2024, OmegaPRM) search for the first error: of n steps about log2 n are asked about.
 */
export function nextPlace(rationale: WrongRationale): number | null {
  const { steps, concludingStep, places } = rationale;
  const certain = firstCertain(rationale);
  const reached = places.filter(({ rollouts }) => rollouts.some(({ right }) => right));
  const good = Math.max(-1, ...reached.map((place) => place.steps));
  const bad = Math.min(
    certain + 1,
    ...places.filter((place) => !reached.includes(place)).map((place) => place.steps),
  );
  const inDoubt = steps.slice(Math.max(0, good), Math.max(0, Math.min(bad, certain)));
  const isOpen = certain === concludingStep ? certain > 0 : inDoubt.some(isBlamedByItsEnd);
  // The place behind the certain step is never asked about: what follows it is wrong.
  if (!isOpen || bad - good <= 1) return null;
  return good < 0 ? 0 : Math.floor((good + bad) / 2);
}
