/** One evaluated problem: what the student wrote for it, and how that compares with the gold answer. */

import type { Problem, SplitName } from '../data/problem';
import { parseRationale } from '../text/grammar';
import { readAnswer, readAnswerFlexible, sameAnswer } from './answer';

export interface EvaluationRecord {
  readonly problemId: string;
  readonly split: SplitName;
  /** Number of gold steps. */
  readonly difficulty: number;
  readonly output: string;
  /** The final answer of the output, or null when it has none. */
  readonly answer: string | null;
  readonly correct: boolean;
  /** Whether the answer is right where a last number without `####` counts too; records of earlier versions lack it. */
  readonly correctFlexibly?: boolean;
  /** The answers of all drawn outputs, of which this is one with the most frequent answer; absent for a greedy one. */
  readonly drawnAnswers?: readonly (string | null)[];
  /** True when the output ends in `####` and a number and no step breaks the grammar. */
  readonly wellFormed: boolean;
  /** Steps of the output. */
  readonly steps: number;
  /** Generated tokens, the end token included. */
  readonly tokens: number;
  /** Non-pad target tokens under teacher forcing, and how many of them were predicted. */
  readonly targetTokens: number;
  readonly targetTokensRight: number;
  /** Cross-entropy of the target, summed over its tokens, in nats. */
  readonly loss: number;
}

/** What teacher forcing measured on one problem. */
export type TargetMeasures = Pick<EvaluationRecord, 'targetTokens' | 'targetTokensRight' | 'loss'>;

/** Reads an output and compares it with the problem's gold answer. */
export function evaluateOutput(
  problem: Pick<Problem, 'id' | 'difficulty' | 'goldAnswer'>,
  split: SplitName,
  generated: { readonly output: string; readonly tokens: number },
  target: TargetMeasures,
): EvaluationRecord {
  const rationale = parseRationale(generated.output);
  const answer = readAnswer(generated.output);
  return {
    problemId: problem.id,
    split,
    difficulty: problem.difficulty,
    output: generated.output,
    answer,
    correct: sameAnswer(answer, problem.goldAnswer),
    correctFlexibly: sameAnswer(readAnswerFlexible(generated.output), problem.goldAnswer),
    wellFormed:
      rationale.answer !== null && rationale.steps.every((step) => step.malformed === null),
    steps: rationale.steps.length,
    tokens: generated.tokens,
    targetTokens: target.targetTokens,
    targetTokensRight: target.targetTokensRight,
    loss: target.loss,
  };
}
