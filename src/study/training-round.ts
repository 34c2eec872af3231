/** What the rounds of a run are: how many there may be, which is the present one, and how each has done. */

import type { RunRecord } from '../storage/schema';
import type { StudyConfiguration } from './configuration';
import { METHOD_TRAITS, type Method } from './methods';
import type { RunProgress, TrainingRound } from './snapshot';

/** Most rounds a method's student is trained for. */
export function mostRounds(method: Method, { feedback }: StudyConfiguration): number {
  return METHOD_TRAITS[method].studentLoop ? feedback.rounds : 1;
}

/** The round that a run is in; of a run without a list the only one. */
export function presentRound({ rounds, totalUpdates, examples }: RunRecord): TrainingRound {
  return rounds?.at(-1) ?? { from: 0, updates: totalUpdates, examples };
}

/** The round, counted from 1, in which a run did an update, counted over all its rounds. */
export function roundOfUpdate(
  { rounds = [] }: Pick<RunProgress, 'rounds'>,
  update: number,
): number {
  return Math.max(1, rounds.findLastIndex(({ from }) => update > from) + 1);
}

/** The best exact match on validation of each round so far, 0..1. */
export function roundScores({
  rounds = [],
  validation,
}: Pick<RunProgress, 'rounds' | 'validation'>): number[] {
  return rounds.map(({ from, updates }) =>
    validation
      .filter(({ update }) => update > from && update <= from + updates)
      .reduce((best, { exactMatch }) => Math.max(best, exactMatch), 0),
  );
}
