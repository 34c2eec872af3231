/** Reads JSONL files of rationales whose answers are labelled right or wrong, for measuring the checks on them. */

import * as v from 'valibot';
import type { RolloutPlace } from '../rationale/rollouts';
import { formatRationale, parseRationale } from '../text/grammar';
import { rationaleFromGsm8k } from '../text/gsm8k-rationale';
import type { JudgeContext } from './judge';
import { sameDecimal } from './rational';

const goldRowSchema = v.object({ question: v.string(), answer: v.string() });
const solutionSchema = v.object({ is_correct: v.boolean(), solution: v.string() });
const modelRowSchema = v.objectWithRest(
  { question: v.string(), ground_truth: v.string() },
  solutionSchema,
);
const rolloutsSchema = v.array(
  v.object({
    steps: v.number(),
    rollouts: v.array(
      v.object({
        text: v.string(),
        tokens: v.number(),
        right: v.boolean(),
        buildsOn: v.array(v.number()),
      }),
    ),
  }),
);
const traceSchema = v.object({
  question: v.string(),
  goldRationale: v.string(),
  goldAnswer: v.string(),
  samples: v.array(v.object({ sample: v.number(), text: v.string() })),
  judged: v.array(v.object({ sample: v.number(), rollouts: v.exactOptional(rolloutsSchema) })),
});
const rowSchema = v.union([modelRowSchema, goldRowSchema, traceSchema]);

export interface LabelledChain {
  /** The model that wrote it, `gold`, or `teacher` for the first samples of a study. */
  readonly source: string;
  /** Whether the answer is right: by the source's own label, where it has one. */
  readonly right: boolean;
  /** The rationale, in the rationale grammar. */
  readonly text: string;
  readonly context: JudgeContext;
  /** Where the teacher of a study went on from it; absent where it did not. */
  readonly rollouts?: readonly RolloutPlace[];
}

/** What the teacher of a study wrote first for a problem. */
function firstSample({
  samples,
  judged,
  ...context
}: v.InferOutput<typeof traceSchema>): LabelledChain[] {
  const text = samples.find(({ sample }) => sample === 0)?.text;
  if (text === undefined) return [];
  const right = sameDecimal(parseRationale(text).answer, context.goldAnswer);
  const rollouts = judged.find(({ sample }) => sample === 0)?.rollouts;
  const chain = { source: 'teacher', right, text, context };
  return [rollouts === undefined ? chain : { ...chain, rollouts }];
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
      `Line ${number}: expected a GSM8K problem (question, answer), a row of its model solutions ` +
        '(question, ground_truth, models) or a trace of a study; found none of them. Give one of those files.',
    );
  if ('goldRationale' in row.output && Array.isArray(row.output.samples))
    return firstSample(v.parse(traceSchema, row.output));
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
 * Every labelled chain of a JSONL file: GSM8K's own layout (`question`, `answer`: its gold rationales, all right)
 * that of its model solutions (`question`, `ground_truth` and, a model each, `is_correct` and `solution`), or a study's
 * `traces.jsonl`, of which it takes what the teacher wrote first.
 * @throws Error naming the line that is none of these.
 */
export function readLabelledChains(text: string): LabelledChain[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : chainsOfLine(line, index + 1)));
}
