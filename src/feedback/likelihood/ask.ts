/** Asks models how likely the end of rationales is with steps and without, many at once, and counts what that takes. */

import type { RationaleQuestion, RationaleScore } from '../../rationale/rationale-scores';
import type { LikelihoodModel, LikelihoodSignal } from '../../rationale/trace';
import { partedRationale, planLikelihoods, signalValues } from './plan';
import type { LikelihoodPlan, WantedSignal } from './plan';

/** Signals that are wanted of a rationale's steps. */
export interface LikelihoodRequest {
  readonly question: string;
  readonly goldAnswer: string;
  readonly steps: readonly string[];
  readonly wanted: readonly WantedSignal[];
}

/** A model that can be asked. */
export interface AskedModel {
  readonly model: LikelihoodModel;
  readonly promptOf: (question: string) => string;
  /** The score of each rationale's asked part, a list a question. */
  readonly scoreRationales: (
    questions: readonly RationaleQuestion[],
  ) => Promise<RationaleScore[][]>;
}

/** Whether a model is asked for a signal. */
export type AsksFor = (signal: LikelihoodSignal, model: LikelihoodModel) => boolean;

export interface MeasuredSignal extends WantedSignal {
  /** Place of the request. */
  readonly request: number;
  readonly model: LikelihoodModel;
  /** Nats a token. */
  readonly value: number;
}

/** What asking took. */
export interface LikelihoodCost {
  /** Decoder sequences, over all models. */
  readonly sequences: number;
  /** Tokens in them that were asked about. */
  readonly tokens: number;
}

function planFor(
  { steps, wanted }: LikelihoodRequest,
  model: LikelihoodModel,
  asks: AsksFor,
): LikelihoodPlan {
  return planLikelihoods(
    steps.length,
    wanted.filter(({ signal }) => asks(signal, model)),
  );
}

/** Sequences that a request takes, over all models. */
export function countSequences(
  request: LikelihoodRequest,
  models: readonly LikelihoodModel[],
  asks: AsksFor,
): number {
  return models.reduce((sum, model) => sum + planFor(request, model, asks).rows.length, 0);
}

/** The wanted signals of all requests by every model that is asked for them. */
export async function askModels(
  requests: readonly LikelihoodRequest[],
  models: readonly AskedModel[],
  asks: AsksFor,
): Promise<{ measured: MeasuredSignal[]; cost: LikelihoodCost }> {
  const measured: MeasuredSignal[] = [];
  let sequences = 0;
  let tokens = 0;
  for (const { model, promptOf, scoreRationales } of models) {
    const planned = requests
      .map((request, place) => ({ request, place, plan: planFor(request, model, asks) }))
      .filter(({ plan }) => plan.rows.length > 0);
    if (planned.length === 0) continue;
    const scores = await scoreRationales(
      planned.map(({ request: { question, goldAnswer, steps }, plan }) => ({
        prompt: promptOf(question),
        rationales: plan.rows.map((row) => partedRationale(row, steps, goldAnswer)),
      })),
    );
    planned.forEach(({ plan, place }, question) => {
      const own = scores[question] ?? [];
      signalValues(plan, own).forEach((value, wanted) => {
        const signal = plan.signals[wanted];
        if (signal === undefined) return;
        measured.push({ request: place, model, index: signal.index, signal: signal.signal, value });
      });
      sequences += own.length;
      tokens += own.reduce((sum, score) => sum + score.tokens, 0);
    });
  }
  return { measured, cost: { sequences, tokens } };
}
