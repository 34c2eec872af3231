/** Two studies, problem by problem: which of the problems that both asked each solves, and whether that is chance. */

import { pairRecords } from './comparison';
import type { PairedDifference } from '../study/report';

/** What a comparison needs of an answer. */
export interface ComparableAnswer {
  readonly problemId: string;
  readonly question: string;
  readonly goldAnswer: string;
  readonly output: string;
  readonly correct: boolean;
}

/** A problem with what either side wrote for it. */
export interface AnswerPair {
  readonly problemId: string;
  readonly question: string;
  readonly goldAnswer: string;
  readonly first: Pick<ComparableAnswer, 'output' | 'correct'>;
  readonly second: Pick<ComparableAnswer, 'output' | 'correct'>;
}

export interface AnswerComparison {
  readonly counts: PairedDifference;
  readonly pairs: readonly AnswerPair[];
  /** Problems that only one side was asked. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/**
 * Pairs the answers of two sides that have the same problem: the same question with the same gold answer, whatever it
 * is called, so that studies with other splits can be compared where they overlap.
 *
 * @throws Error when no problem is common to both
 */
export function compareAnswers(
  first: readonly ComparableAnswer[],
  second: readonly ComparableAnswer[],
): AnswerComparison {
  const keyOf = ({ question, goldAnswer }: ComparableAnswer): string =>
    JSON.stringify([question, goldAnswer]);
  const others = new Map(second.map((answer) => [keyOf(answer), answer]));
  const pairs = [...new Map(first.map((answer) => [keyOf(answer), answer]))].flatMap(
    ([key, answer]): AnswerPair[] => {
      const other = others.get(key);
      if (other === undefined) return [];
      const { problemId, question, goldAnswer } = answer;
      const side = ({ output, correct }: ComparableAnswer) => ({ output, correct });
      return [{ problemId, question, goldAnswer, first: side(answer), second: side(other) }];
    },
  );
  if (pairs.length === 0)
    throw new Error(
      `Expected problems that both were asked, found none among ${first.length} and ${second.length}: compare studies of the same data and seed, on the same split.`,
    );
  const records = (side: 'first' | 'second') =>
    pairs.map((pair) => ({ problemId: pair.problemId, correct: pair[side].correct }));
  return {
    counts: pairRecords(
      { name: 'the first', records: records('first') },
      { name: 'the second', records: records('second') },
    ),
    pairs,
    onlyFirst: first.length - pairs.length,
    onlySecond: second.length - pairs.length,
  };
}
