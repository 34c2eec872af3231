/** Compares two methods on the same problems, and chains before and after the filter. */

import type { ChainLength, PairedComparison, PairedDifference } from '../study/report';
import type { Method } from '../study/methods';
import type { EvaluationRecord } from './records';
import { mcnemar, pairedDifference } from './statistics';

/** What a comparison needs of a record. */
export type Answered = Pick<EvaluationRecord, 'problemId' | 'correct'>;

/** The records of one run on one split, with the name it goes by in sentences. */
export interface NamedRecords {
  readonly name: string;
  readonly records: readonly Answered[];
}

export interface MethodRecords {
  readonly method: Method;
  readonly records: readonly Answered[];
}

function resultsById({ name, records }: NamedRecords): Map<string, boolean> {
  const results = new Map(records.map((record) => [record.problemId, record.correct]));
  if (results.size !== records.length)
    throw new Error(
      `Expected one record a problem for ${name}, found ${records.length} records of ` +
        `${results.size} problems: compare one run of each.`,
    );
  return results;
}

/**
 * Pairs two lists of records by problem, in any order.
 * @throws Error when a problem occurs twice, or is in one of the lists only.
 */
export function pairRecords(first: NamedRecords, second: NamedRecords): PairedDifference {
  const firstResults = resultsById(first);
  const secondResults = resultsById(second);
  const counts = { bothRight: 0, onlyFirstRight: 0, onlySecondRight: 0, bothWrong: 0 };
  for (const [problemId, right] of firstResults) {
    const other = secondResults.get(problemId);
    if (other === undefined || firstResults.size !== secondResults.size)
      throw new Error(
        `Expected ${first.name} and ${second.name} to have answered the same problems, found ` +
          `${firstResults.size} and ${secondResults.size} (${problemId} is one of the first): evaluate both on one split.`,
      );
    if (right) counts[other ? 'bothRight' : 'onlyFirstRight'] += 1;
    else counts[other ? 'onlySecondRight' : 'bothWrong'] += 1;
  }
  if (firstResults.size === 0 && secondResults.size > 0)
    throw new Error(
      `Expected ${first.name} to have answered ${secondResults.size} problems, found none: evaluate it first.`,
    );
  return {
    ...counts,
    pValue: mcnemar(counts.onlyFirstRight, counts.onlySecondRight),
    ...pairedDifference(counts),
  };
}

/** The same for two methods of a study. */
export function comparePaired(first: MethodRecords, second: MethodRecords): PairedComparison {
  const named = ({ method, records }: MethodRecords): NamedRecords => ({ name: method, records });
  return {
    first: first.method,
    second: second.method,
    ...pairRecords(named(first), named(second)),
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
