/** Parts of a study that could be run instead of all of it, and the smallest difference between methods that each can find. */

import { detectableDifference } from '../evaluate/power';
import type { StudyConfiguration } from '../study/configuration';

/** Shares of the problems that a plan offers. */
const SHARES = [1, 1 / 2, 1 / 4, 1 / 10] as const;

/** Fewer problems than these in a split show nothing, and training would repeat the same few. */
const LEAST = { train: 64, validation: 20, test: 40 } as const;

export interface PlannedPart {
  /** Of the problems, 0..1. */
  readonly share: number;
  readonly configuration: StudyConfiguration;
}

/**
 * The study as it is and with fewer problems in every split. Training is shortened with the problems, so that every
 * one is seen as often.
 *
 * @param samples most further samples of the teacher for a problem
 */
export function plannedParts(whole: StudyConfiguration, samples: number): readonly PlannedPart[] {
  const { data, training, rationale } = whole;
  return SHARES.filter(
    (share) =>
      share === 1 ||
      (share * data.trainProblems >= LEAST.train && share * data.testProblems >= LEAST.test),
  ).map((share) => ({
    share,
    configuration: {
      ...whole,
      data: {
        ...data,
        trainProblems: Math.round(share * data.trainProblems),
        validationProblems: Math.max(
          Math.min(LEAST.validation, data.validationProblems),
          Math.round(share * data.validationProblems),
        ),
        testProblems: Math.round(share * data.testProblems),
      },
      rationale: { ...rationale, resamples: samples },
      training: {
        ...training,
        targetTokens: Math.max(100, Math.round(share * training.targetTokens)),
        maximumUpdates: Math.max(1, Math.round(share * training.maximumUpdates)),
      },
    },
  }));
}

/** The settings in which a part differs from the whole, as they are written in fields. */
export function partSettings({
  configuration: { data, rationale, training },
}: PlannedPart): readonly { readonly path: string; readonly text: string }[] {
  const settings = {
    'data.trainProblems': data.trainProblems,
    'data.validationProblems': data.validationProblems,
    'data.testProblems': data.testProblems,
    'rationale.resamples': rationale.resamples,
    'training.targetTokens': training.targetTokens,
    'training.maximumUpdates': training.maximumUpdates,
  };
  return Object.entries(settings).map(([path, value]) => ({ path, text: String(value) }));
}

/**
 * The smallest difference of exact match between two methods that the study would find four times out of five, 0..1;
 * null where it would find none. Seeds add problems only where each has others: of a fixed test set they show how much
 * training varies, and no more problems.
 *
 * @param discordant share of the problems that one of the two methods alone is expected to solve
 */
export function smallestDifference(
  { data }: StudyConfiguration,
  seeds: number,
  discordant: number,
): number | null {
  const problems = data.testProblems * (data.source === 'pocket' ? seeds : 1);
  return detectableDifference(problems, discordant);
}
