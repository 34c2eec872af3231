/** Compares two methods on the same problems, and chains before and after the filter. */

import type { ChainLength, PairedComparison } from '../study/report';
import type { Method } from '../study/methods';
import type { EvaluationRecord } from './records';
import { mcnemar, pairedDifference } from './statistics';

/** What a comparison needs of a record. */
export type Answered = Pick<EvaluationRecord, 'problemId' | 'correct'>;

export interface MethodRecords {
  readonly method: Method;
  readonly records: readonly Answered[];
}

function resultsById({ method, records }: MethodRecords): Map<string, boolean> {
  const results = new Map(records.map((record) => [record.problemId, record.correct]));
  if (results.size !== records.length)
    throw new Error(
      `Expected one record a problem for the method ${method}, found ${records.length} records of ` +
        `${results.size} problems: compare one run of each method.`,
    );
  return results;
}

/**
 * Pairs the records of two methods by problem, in any order.
 * @throws Error when a problem occurs twice, or only one of the methods answered it.
 */
export function comparePaired(first: MethodRecords, second: MethodRecords): PairedComparison {
  const firstResults = resultsById(first);
  const secondResults = resultsById(second);
  const counts = { bothRight: 0, onlyFirstRight: 0, onlySecondRight: 0, bothWrong: 0 };
  for (const [problemId, right] of firstResults) {
    const other = secondResults.get(problemId);
    if (other === undefined || firstResults.size !== secondResults.size)
      throw new Error(
        `Expected ${first.method} and ${second.method} to have answered the same problems, found ` +
          `${firstResults.size} and ${secondResults.size} (${problemId} is one of the first): evaluate both on one split.`,
      );
    if (right) counts[other ? 'bothRight' : 'onlyFirstRight'] += 1;
    else counts[other ? 'onlySecondRight' : 'bothWrong'] += 1;
  }
  if (firstResults.size === 0 && secondResults.size > 0)
    throw new Error(
      `Expected ${first.method} to have answered ${secondResults.size} problems, found none: evaluate it first.`,
    );
  return {
    first: first.method,
    second: second.method,
    ...counts,
    pValue: mcnemar(counts.onlyFirstRight, counts.onlySecondRight),
    ...pairedDifference(counts),
  };
}

/** Mean length of rationales, 0 where there are none. */
export function chainLength(
  chains: readonly { readonly steps: number; readonly tokens: number }[],
): ChainLength {
  const mean = (sum: number): number => (chains.length === 0 ? 0 : sum / chains.length);
  return {
    meanSteps: mean(chains.reduce((sum, chain) => sum + chain.steps, 0)),
    meanTokens: mean(chains.reduce((sum, chain) => sum + chain.tokens, 0)),
  };
}
