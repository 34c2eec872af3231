/** From which value on a signal says that a step helps: fitted so that nearly all clean steps pass. */

import {
  LIKELIHOOD_MODELS,
  LIKELIHOOD_SIGNALS,
  type LikelihoodModel,
  type LikelihoodSignal,
} from '../../rationale/trace';

/** Share of clean steps that a fitted threshold lets pass. */
export const CLEAN_RETENTION = 0.95;

/** Fewer clean steps than this have no fifth percentile, and 0 stands: the answer becomes no less likely. */
const FEWEST_CLEAN = 20;

/**
 * A model that finds less than half of the injected errors at this retention lets nearly everything pass. It is not
 * asked: beside a rule that is right, its word would only excuse what is wrong.
 */
const LEAST_RECALL = 0.5;

/** One measured signal of a step whose label is known. */
export interface LabelledSignal {
  readonly signal: LikelihoodSignal;
  readonly model: LikelihoodModel;
  readonly label: 'clean' | 'injected';
  readonly value: number;
}

export interface FittedThreshold {
  readonly signal: LikelihoodSignal;
  readonly model: LikelihoodModel;
  readonly threshold: number;
  /** Steps it was fitted on. */
  readonly clean: number;
  readonly injected: number;
  /** Share of the clean steps that pass it, 0..1. */
  readonly retention: number;
  /** Share of the injected errors that do not, 0..1. */
  readonly recall: number;
  /** Whether the model is asked for this signal. */
  readonly used: boolean;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The highest threshold of one signal of one model that {@link CLEAN_RETENTION} of the clean steps reach. */
export function fitThreshold(
  clean: readonly number[],
  injected: readonly number[],
): Omit<FittedThreshold, 'signal' | 'model'> {
  const ascending = clean.toSorted((first, second) => first - second);
  const lost = Math.floor((1 - CLEAN_RETENTION) * ascending.length + 1e-9);
  const threshold = ascending.length < FEWEST_CLEAN ? 0 : (ascending[lost] ?? 0);
  const reach = (values: readonly number[]) => values.filter((value) => value >= threshold).length;
  const recall = share(injected.length - reach(injected), injected.length);
  return {
    threshold,
    clean: clean.length,
    injected: injected.length,
    retention: share(reach(clean), clean.length),
    recall,
    used: recall >= LEAST_RECALL,
  };
}

/** A threshold for every signal of every model that was measured. */
export function fitThresholds(measured: readonly LabelledSignal[]): FittedThreshold[] {
  return LIKELIHOOD_SIGNALS.flatMap((signal) =>
    LIKELIHOOD_MODELS.flatMap((model) => {
      const own = measured.filter((each) => each.signal === signal && each.model === model);
      if (own.length === 0) return [];
      const of = (label: LabelledSignal['label']) =>
        own.filter((each) => each.label === label).map(({ value }) => value);
      return [{ signal, model, ...fitThreshold(of('clean'), of('injected')) }];
    }),
  );
}
