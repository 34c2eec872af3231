/** Judges rationales again with the likelihoods of the steps that the rules left open, until none is open. */

import { sameDecimal } from '../rational';
import {
  LIKELIHOOD_MODELS,
  type LikelihoodModel,
  type LikelihoodSignal,
  type StepLikelihood,
  type StepVerdict,
} from '../../rationale/trace';
import type { AsksFor, LikelihoodRequest, MeasuredSignal } from './ask';
import type { FittedThreshold } from './thresholds';
import { undecidedSignals, type LikelihoodsByStep } from './undecided';

/** A step that is found helpful can leave another one open; more rounds than this only a contrived text needs. */
const MAXIMUM_ROUNDS = 4;

/** A judged rationale whose steps may be open. */
export interface OpenRationale {
  readonly question: string;
  readonly goldAnswer: string;
  /** Its own final answer; null where it has none. */
  readonly answer: string | null;
  /** As they were judged last. */
  readonly steps: readonly StepVerdict[];
  /** Judges it once more, with all that models have said of its steps so far. */
  readonly judgeAgain: (likelihoods: LikelihoodsByStep) => void;
}

/** The threshold of a signal of a model; undefined where it was not fitted. */
function fittedFor(
  thresholds: readonly FittedThreshold[],
  signal: LikelihoodSignal,
  model: LikelihoodModel,
): FittedThreshold | undefined {
  return thresholds.find((fitted) => fitted.signal === signal && fitted.model === model);
}

/** Asks for what the thresholds say is worth asking. */
export function asksByThresholds(thresholds: readonly FittedThreshold[]): AsksFor {
  return (signal, model) => fittedFor(thresholds, signal, model)?.used === true;
}

/** What would decide about a rationale; null where nothing is open, or it ends in a wrong answer and is rejected anyhow. */
function requestOf(rationale: OpenRationale, asks: AsksFor): LikelihoodRequest | null {
  const { question, goldAnswer, answer, steps } = rationale;
  if (!sameDecimal(answer, goldAnswer)) return null;
  const wanted = undecidedSignals(steps).filter(({ signal }) =>
    LIKELIHOOD_MODELS.some((model) => asks(signal, model)),
  );
  if (wanted.length === 0) return null;
  return { question, goldAnswer, steps: steps.map(({ text }) => text), wanted };
}

/** What was known of a rationale's steps, and what was measured now beside its threshold. */
function withMeasured(
  steps: readonly StepVerdict[],
  measured: readonly MeasuredSignal[],
  thresholds: readonly FittedThreshold[],
): LikelihoodsByStep {
  const bySteps = new Map<number, readonly StepLikelihood[]>(
    steps.flatMap(({ likelihoods }, index) =>
      likelihoods === undefined ? [] : [[index, likelihoods] as const],
    ),
  );
  for (const { index, signal, model, value } of measured) {
    const threshold = fittedFor(thresholds, signal, model)?.threshold;
    if (threshold === undefined) continue;
    bySteps.set(index, [...(bySteps.get(index) ?? []), { signal, model, value, threshold }]);
  }
  return bySteps;
}

/**
 * @param ask measures requests; those that a budget does not pay for are left out of the answer, which ends the asking
 */
export async function decideOpenSteps(
  rationales: readonly OpenRationale[],
  thresholds: readonly FittedThreshold[],
  ask: (requests: readonly LikelihoodRequest[]) => Promise<readonly MeasuredSignal[]>,
): Promise<void> {
  const asks = asksByThresholds(thresholds);
  for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
    const open = rationales.flatMap((rationale) => {
      const request = requestOf(rationale, asks);
      return request === null ? [] : [{ rationale, request }];
    });
    if (open.length === 0) return;
    const measured = await ask(open.map(({ request }) => request));
    if (measured.length === 0) return;
    open.forEach(({ rationale }, place) => {
      const own = measured.filter(({ request }) => request === place);
      if (own.length > 0) rationale.judgeAgain(withMeasured(rationale.steps, own, thresholds));
    });
  }
}
