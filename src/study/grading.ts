/** Grading one output of a student or teacher against its problem. */

import type { Problem, SplitName } from '../data/problem';
import { evaluateOutput, type EvaluationRecord } from '../evaluate/records';
import type { TargetScore } from '../t5/score';
import { METHOD_TRAITS, type Method } from './methods';

/** What a subject wrote for a problem. */
export interface Output {
  readonly text: string;
  /** Generated tokens, the end token included. */
  readonly tokens: number;
}

/**
 * Reads an output and compares it with the gold answer. The `answer` method is taught to write a bare
 * number, which is read as the rationale without steps that it stands for.
 *
 * @param score what teacher forcing said of the gold target; null where it was not asked
 */
export function gradeOutput(
  problem: Problem,
  split: SplitName,
  method: Method,
  { text, tokens }: Output,
  score: TargetScore | null,
): EvaluationRecord {
  const read =
    METHOD_TRAITS[method].asks === 'answer' && !text.includes('####') ? `#### ${text}` : text;
  const record = evaluateOutput(
    problem,
    split,
    { output: read, tokens },
    {
      targetTokens: score?.tokens ?? 0,
      targetTokensRight: score?.correct ?? 0,
      loss: score === null ? 0 : -score.logProbability,
    },
  );
  return { ...record, output: text };
}
