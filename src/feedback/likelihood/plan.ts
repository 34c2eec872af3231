/** Which decoder sequences give the signals of a rationale's steps, and how their likelihoods become signals: no tensors here. */

import type { PartedRationale, RationaleScore } from '../../rationale/rationale-scores';
import type { LikelihoodSignal } from '../../rationale/trace';
import { ANSWER_MARK, formatRationale } from '../../text/grammar';

/** A signal that is asked for, of a step by its index. */
export interface WantedSignal {
  readonly index: number;
  readonly signal: LikelihoodSignal;
}

/** One sequence: steps by their indices, then the gold answer. */
export interface PlannedRow {
  readonly steps: readonly number[];
  /** How many of these steps, the last ones, are asked about together with the answer. */
  readonly asked: number;
}

/** A wanted signal's two sequences, as places in the plan's rows. */
interface PlannedSignal extends WantedSignal {
  readonly withStep: number;
  readonly withoutStep: number;
}

export interface LikelihoodPlan {
  /** No two are equal. */
  readonly rows: readonly PlannedRow[];
  readonly signals: readonly PlannedSignal[];
}

/**
 * The sequences of the signals of a rationale of `count` steps, each sequence once:
 *
 * - information gain of step i: the answer behind the steps up to i against those before it;
 * - leave-one-out of step i: the answer behind all steps against all but i;
 * - following of step i: the steps after i and the answer behind the steps up to i against those before it.
 */
export function planLikelihoods(count: number, wanted: readonly WantedSignal[]): LikelihoodPlan {
  const rows: PlannedRow[] = [];
  const places = new Map<string, number>();
  const all = Array.from({ length: count }, (_, index) => index);
  const place = (row: PlannedRow): number => {
    const key = `${row.steps.join(' ')} ${row.asked}`;
    const known = places.get(key) ?? rows.push(row) - 1;
    places.set(key, known);
    return known;
  };
  const signals = wanted.map(({ index, signal }): PlannedSignal => {
    const steps = signal === 'information-gain' ? all.slice(0, index + 1) : all;
    const asked = signal === 'following' ? count - index - 1 : 0;
    return {
      index,
      signal,
      withStep: place({ steps, asked }),
      withoutStep: place({ steps: steps.filter((other) => other !== index), asked }),
    };
  });
  return { rows, signals };
}

/** A planned sequence as text, with the steps' texts by index. */
export function partedRationale(
  { steps, asked }: PlannedRow,
  texts: readonly string[],
  goldAnswer: string,
): PartedRationale {
  const own = steps.map((index) => texts[index] ?? '');
  const whole = formatRationale(own, goldAnswer);
  const mark = whole.lastIndexOf(ANSWER_MARK);
  const cut =
    asked === 0
      ? mark + ANSWER_MARK.length
      : formatRationale(own.slice(0, own.length - asked), '').lastIndexOf(ANSWER_MARK);
  return { given: whole.slice(0, cut), asked: whole.slice(cut) };
}

/**
 * The planned signals, in nats a token of what was asked about, in the order they were asked for.
 *
 * @param scores one a row of the plan
 * @throws Error when there are not as many scores as rows, or one is no number
 */
export function signalValues(
  { rows, signals }: LikelihoodPlan,
  scores: readonly RationaleScore[],
): number[] {
  if (scores.length !== rows.length)
    throw new Error(
      `Likelihoods: expected ${rows.length} scores, one a planned sequence, found ${scores.length}.`,
    );
  const perToken = scores.map(({ logProbability, tokens }) => logProbability / tokens);
  return signals.map(({ withStep, withoutStep }) => {
    const value = (perToken[withStep] ?? Number.NaN) - (perToken[withoutStep] ?? Number.NaN);
    if (!Number.isFinite(value))
      throw new Error(
        `Likelihoods: expected a finite likelihood, found ${String(value)}. Choose another model, or score no sequences (feedback.likelihoods 0).`,
      );
    return value;
  });
}
