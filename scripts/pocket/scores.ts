/** How the pocket models score on held-out problems. */

import type { Problem } from '../../src/data/problem';
import type { PocketProblem } from '../../src/data/pocket/problem';
import { readAnswerFlexible, sameAnswer } from '../../src/evaluate/answer';
import { wilsonInterval } from '../../src/evaluate/statistics';
import { judgeRationale } from '../../src/feedback/judge';
import { generate } from '../../src/t5/generate';
import type { T5Model } from '../../src/t5/model';
import { answerPrompt, solvePrompt } from '../../src/text/prompts';
import type { Tokenizer } from '../../src/text/tokenizer';

const BATCH_SIZE = 50;
const MAXIMUM_TOKENS = 120;

/** A share with its 95 % interval, for a model card. */
export interface Score {
  readonly name: string;
  readonly successes: number;
  readonly trials: number;
}

/** `82.0 % (410 of 500; 78.4 to 85.1 %)` */
export function formatScore({ successes, trials }: Score): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const { low, high } = wilsonInterval(successes, trials);
  return `${percent(successes / trials)} % (${successes} of ${trials}; ${percent(low)} to ${percent(high)} %)`;
}

/** The greedy output for every problem. */
async function greedyOutputs(
  model: T5Model,
  tokenizer: Tokenizer,
  problems: readonly Problem[],
  prompt: (question: string) => string,
): Promise<string[]> {
  const texts: string[] = [];
  for (let start = 0; start < problems.length; start += BATCH_SIZE) {
    const inputs = problems
      .slice(start, start + BATCH_SIZE)
      .map(({ question }) => tokenizer.encode(prompt(question)));
    const outputs = await generate(model, inputs, {
      maximumTokens: MAXIMUM_TOKENS,
      temperature: 0,
    });
    texts.push(...outputs.map((ids) => tokenizer.decode(ids)));
  }
  return texts;
}

const countRight = (outputs: readonly string[], problems: readonly Problem[]): number =>
  outputs.filter((output, index) =>
    sameAnswer(readAnswerFlexible(output), problems[index]?.goldAnswer ?? null),
  ).length;

/** Number of problems whose greedy rationale ends in the gold answer. */
export async function greedyExactMatch(
  model: T5Model,
  tokenizer: Tokenizer,
  problems: readonly Problem[],
): Promise<number> {
  return countRight(await greedyOutputs(model, tokenizer, problems, solvePrompt), problems);
}

/** Exact match, and the share of rationales with a step that the answer does not need. */
export async function teacherScores(
  model: T5Model,
  tokenizer: Tokenizer,
  problems: readonly PocketProblem[],
): Promise<Score[]> {
  const outputs = await greedyOutputs(model, tokenizer, problems, solvePrompt);
  const judged = outputs.map((output, index) => {
    const problem = problems[index];
    return problem ? judgeRationale(output, problem).steps : [];
  });
  const trials = problems.length;
  const withReason = (reasons: readonly string[]) =>
    judged.filter((steps) => steps.some(({ reason }) => reason && reasons.includes(reason))).length;
  return [
    {
      name: 'Multi-step problems answered right (greedy)',
      successes: countRight(outputs, problems),
      trials,
    },
    {
      name: 'Rationales with a redundant or repeated step',
      successes: withReason(['redundant', 'repeated']),
      trials,
    },
    {
      name: 'Rationales with a wrong calculation',
      successes: withReason(['arithmetic', 'malformed']),
      trials,
    },
  ];
}

/** Exact match on single-step and multi-step problems, with both prompts. */
export async function studentScores(
  model: T5Model,
  tokenizer: Tokenizer,
  singleStep: readonly Problem[],
  multiStep: readonly Problem[],
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const [problems, kind] of [
    [singleStep, 'Single-step'],
    [multiStep, 'Multi-step'],
  ] as const) {
    for (const [prompt, way] of [
      [solvePrompt, 'written out'],
      [answerPrompt, 'answered at once'],
    ] as const) {
      const outputs = await greedyOutputs(model, tokenizer, problems, prompt);
      scores.push({
        name: `${kind} problems right, ${way}`,
        successes: countRight(outputs, problems),
        trials: problems.length,
      });
    }
  }
  return scores;
}
