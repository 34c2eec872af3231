/** How a student is asked: problems in batches, its outputs, and their gold targets. */

import type { Problem } from '../data/problem';
import { goldTarget, methodPrompt } from '../distill/examples';
import type { TrainingExample } from '../distill/trainer';
import { lengthBatches } from '../rationale/sampling';
import { generatedTokens } from '../rationale/t5-teacher';
import type { Tokenizer } from '../text/tokenizer';
import type { Output } from './grading';
import type { Student, Writing } from './models';
import { METHOD_TRAITS, type Method } from './methods';

/** An answer without a rationale: a number of at most thirty digits, its sign and the end token. */
const ANSWER_TOKENS = 40;

/** Most tokens a method's student may write. */
export function outputLimit(method: Method, maximumTokens: number): number {
  return METHOD_TRAITS[method].asks === 'answer'
    ? Math.min(ANSWER_TOKENS, maximumTokens)
    : maximumTokens;
}

/** Problems in fixed batches of similar prompt length. */
export function problemBatches(
  problems: readonly Problem[],
  tokenizer: Tokenizer,
  batchSize: number,
): Problem[][] {
  const lengths = problems.map(({ question }) => tokenizer.encode(question).length);
  return lengthBatches(lengths, batchSize).map((batch) =>
    batch.flatMap((index) => problems[index] ?? []),
  );
}

/** The student's outputs for a batch of problems; greedy ones unless told otherwise. */
export async function answerProblems(
  student: Student,
  tokenizer: Tokenizer,
  method: Method,
  problems: readonly Problem[],
  maximumTokens: number,
  writing?: Writing,
): Promise<Output[]> {
  const limit = outputLimit(method, maximumTokens);
  const inputs = problems.map(({ question }) => tokenizer.encode(methodPrompt(method, question)));
  const outputs = await student.generate(inputs, limit, writing);
  return outputs.map((ids) => ({
    text: tokenizer.decode(ids),
    tokens: generatedTokens(ids.length, limit),
  }));
}

/** Problems with their gold targets, for losses and token accuracy. */
export function goldExamples(
  tokenizer: Tokenizer,
  method: Method,
  problems: readonly Problem[],
): TrainingExample[] {
  return problems.map((problem) => ({
    input: tokenizer.encode(methodPrompt(method, problem.question)),
    target: tokenizer.encode(goldTarget(method, problem)),
  }));
}
