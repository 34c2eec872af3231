/** The rules of the student's own feedback: which steps it fails at, what they weigh, and when to stop. */

import { readChain } from './chain';
import { resultsOf } from './dependencies';
import { equal, parseDecimal } from './rational';

/** Weights are bounded, so that no step is forgotten and none drowns the others. */
const LEAST_WEIGHT = 0.5;
const MOST_WEIGHT = 2;
/** What one standard deviation of loss adds to a step's weight, and what a failure does. */
const LOSS_SHARE = 0.5;
const FAILURE_SHARE = 0.5;

/** Rounds without a better exact match on validation after which there is no further one. */
const FLAT_ROUNDS = 2;

/**
 * Whether a student reaches the result of a step by itself: some step it wrote, or its answer, gives a value
 * that the verified step gives. A student may take the steps in another order, or one of them in its head.
 *
 * @param continuation what it wrote after the verified steps before this one, in the rationale grammar
 * @returns null where the verified step gives no value, so that there is nothing to reach
 */
export function reachesResult(continuation: string, verifiedStep: string): boolean | null {
  const [step] = readChain(verifiedStep).steps;
  const wanted = step === undefined ? [] : resultsOf(step);
  if (wanted.length === 0) return null;
  const { steps, answer } = readChain(continuation);
  const answered = answer === null ? null : parseDecimal(answer);
  const reached = [...steps.flatMap(resultsOf), ...(answered === null ? [] : [answered])];
  return wanted.some((value) => reached.some((other) => equal(value, other)));
}

/** Mean and standard deviation of the losses of all steps of a round. */
export interface LossMoments {
  readonly mean: number;
  readonly deviation: number;
}

/** The moments of some losses; those of none are 0. The deviation is that of the losses themselves, not of a sample. */
export function lossMoments(losses: readonly number[]): LossMoments {
  const count = Math.max(1, losses.length);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / count;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / count;
  return { mean, deviation: Math.sqrt(variance) };
}

/**
 * `clip(1 + 0.5 z(loss) + 0.5 failed, 0.5, 2)`: steps that the student finds hard, and those it fails at, weigh more.
 *
 * @param loss mean negative log-likelihood of the step's tokens, in nats
 */
export function stepWeight(
  loss: number,
  failed: boolean,
  { mean, deviation }: LossMoments,
): number {
  const z = deviation === 0 ? 0 : (loss - mean) / deviation;
  const weight = 1 + LOSS_SHARE * z + (failed ? FAILURE_SHARE : 0);
  return Math.min(MOST_WEIGHT, Math.max(LEAST_WEIGHT, weight));
}

/**
 * Whether rounds have stopped helping: none of the last two has beaten the best one before them.
 *
 * @param exactMatches best exact match on validation in each round so far, 0..1
 */
export function isFlat(exactMatches: readonly number[]): boolean {
  const before = exactMatches.slice(0, -FLAT_ROUNDS);
  if (before.length === 0) return false;
  return Math.max(...exactMatches.slice(-FLAT_ROUNDS)) <= Math.max(...before);
}
