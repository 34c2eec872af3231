/** Reads JSONL files of rationales whose answers are labelled right or wrong, for measuring the checks on them. */

import * as v from 'valibot';
import { formatRationale, parseRationale } from '../text/grammar';
import { rationaleFromGsm8k } from '../text/gsm8k-rationale';
import type { JudgeContext } from './judge';

const goldRowSchema = v.object({ question: v.string(), answer: v.string() });
const solutionSchema = v.object({ is_correct: v.boolean(), solution: v.string() });
const modelRowSchema = v.objectWithRest(
  { question: v.string(), ground_truth: v.string() },
  solutionSchema,
);
const rowSchema = v.union([modelRowSchema, goldRowSchema]);

export interface LabelledChain {
  /** The model that wrote it, or `gold`. */
  readonly source: string;
  /** Whether the source's own label says that the answer is right. */
  readonly right: boolean;
  /** The rationale, in the rationale grammar. */
  readonly text: string;
  readonly context: JudgeContext;
}

/** GSM8K's model solutions end in `A: 72` where its own data says `#### 72`, and sometimes in nothing. */
function solutionRationale(solution: string): string {
  const field = solution.replace(/(?:^|\n)A:/, '\n####');
  try {
    return rationaleFromGsm8k(field).rationale;
  } catch {
    // No number after the mark: the chain is read without a final answer.
    const { rationale } = rationaleFromGsm8k(`${field.split('####')[0] ?? ''}\n#### 0`);
    const { steps } = parseRationale(rationale);
    return formatRationale(
      steps.map((step) => step.text),
      '',
    ).replace(/\s*\|?\s*####\s*$/, '');
  }
}

function chainsOfLine(line: string, number: number): LabelledChain[] {
  const row = v.safeParse(rowSchema, JSON.parse(line));
  if (!row.success)
    throw new Error(
      `Line ${number}: expected a GSM8K problem (question, answer) or a row of its model solutions ` +
        '(question, ground_truth, models); found neither. Give one of those files.',
    );
  if ('answer' in row.output && typeof row.output.answer === 'string') {
    const { rationale, answer } = rationaleFromGsm8k(row.output.answer);
    const context = {
      question: row.output.question,
      goldRationale: rationale,
      goldAnswer: answer,
    };
    return [{ source: 'gold', right: true, text: rationale, context }];
  }
  const { question, ground_truth: truth, ...models } = v.parse(modelRowSchema, row.output);
  const gold = rationaleFromGsm8k(truth.replace(/(?:^|\n)A:/, '\n####'));
  const context = { question, goldRationale: gold.rationale, goldAnswer: gold.answer };
  return Object.entries(models).map(([source, { is_correct: right, solution }]) => ({
    source,
    right,
    text: solutionRationale(solution),
    context,
  }));
}

/**
 * Every labelled chain of a JSONL file: GSM8K's own layout (`question`, `answer`: its gold rationales, all right) or
 * that of its model solutions (`question`, `ground_truth` and, a model each, `is_correct` and `solution`).
 * @throws Error naming the line that is neither.
 */
export function readLabelledChains(text: string): LabelledChain[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : chainsOfLine(line, index + 1)));
}
