/** From the records of one split to its scores. */

import type { Proportion, SplitScores } from '../study/report';
import type { EvaluationRecord } from './records';
import { wilsonInterval } from './statistics';

/** A proportion with its Wilson 95 % interval. */
export function proportion(successes: number, trials: number): Proportion {
  return {
    successes,
    trials,
    value: trials === 0 ? 0 : successes / trials,
    ...wilsonInterval(successes, trials),
  };
}

const count = (
  records: readonly EvaluationRecord[],
  test: (record: EvaluationRecord) => boolean,
): number => records.reduce((sum, record) => sum + (test(record) ? 1 : 0), 0);

const total = (
  records: readonly EvaluationRecord[],
  measure: (record: EvaluationRecord) => number,
): number => records.reduce((sum, record) => sum + measure(record), 0);

/** 0 for nothing to average over, so that a report of an empty split stays plain numbers. */
const mean = (sum: number, items: number): number => (items === 0 ? 0 : sum / items);

/** Exact match of the records of each difficulty, keyed by it, easiest first. */
function byDifficulty(records: readonly EvaluationRecord[]): Record<string, Proportion> {
  const groups = new Map<number, EvaluationRecord[]>();
  for (const record of records) {
    const group = groups.get(record.difficulty);
    if (group === undefined) groups.set(record.difficulty, [record]);
    else group.push(record);
  }
  return Object.fromEntries(
    [...groups]
      .sort(([first], [second]) => first - second)
      .map(([difficulty, group]) => [
        `${difficulty}`,
        proportion(
          count(group, (record) => record.correct),
          group.length,
        ),
      ]),
  );
}

/** Nothing where the records are of a version that read answers in one way only. */
function flexibleExactMatch(
  records: readonly EvaluationRecord[],
): Pick<SplitScores, 'flexibleExactMatch'> {
  if (records.some(({ correctFlexibly }) => correctFlexibly === undefined)) return {};
  const right = count(records, ({ correctFlexibly }) => correctFlexibly === true);
  return { flexibleExactMatch: proportion(right, records.length) };
}

/**
 * The scores of one split. `loss` is per target token, in nats. The interval of the token accuracy takes tokens as
 * independent, which those of one problem are not: it is narrower than it should be.
 */
export function splitScores(records: readonly EvaluationRecord[]): SplitScores {
  const targetTokens = total(records, (record) => record.targetTokens);
  return {
    problems: records.length,
    exactMatch: proportion(
      count(records, (record) => record.correct),
      records.length,
    ),
    ...flexibleExactMatch(records),
    tokenAccuracy: proportion(
      total(records, (record) => record.targetTokensRight),
      targetTokens,
    ),
    formatRate: proportion(
      count(records, (record) => record.wellFormed),
      records.length,
    ),
    loss: mean(
      total(records, (record) => record.loss),
      targetTokens,
    ),
    meanSteps: mean(
      total(records, (record) => record.steps),
      records.length,
    ),
    meanTokens: mean(
      total(records, (record) => record.tokens),
      records.length,
    ),
    exactMatchByDifficulty: byDifficulty(records),
  };
}
