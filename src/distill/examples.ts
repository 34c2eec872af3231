/** What each method trains on: one example per problem, or the reason why there is none. */

import type { Problem } from '../data/problem';
import type { Trace } from '../rationale/trace';
import type { Method } from '../study/snapshot';
import { answerPrompt, solvePrompt } from '../text/prompts';
import { tokenizerDamage } from '../text/survival';
import type { Tokenizer } from '../text/tokenizer';
import type { TrainingExample } from './trainer';

/** Longest input and target in tokens, end tokens included. */
export interface ExampleLimits {
  readonly maximumInputTokens: number;
  readonly maximumTargetTokens: number;
}

export interface ExampleSet {
  readonly examples: readonly TrainingExample[];
  /** Problems that gave no example, by reason: nothing is cut short silently. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** The problems among them whose target the tokenizer changes, each with a sentence that says where. */
  readonly damaged: readonly { readonly problemId: string; readonly sentence: string }[];
  /** Target tokens of all examples together. */
  readonly targetTokens: number;
  /** Input tokens of all examples together. */
  readonly inputTokens: number;
}

/** The input text a method's student sees for a question, in training and in every evaluation. */
export function methodPrompt(method: Method, question: string): string {
  return method === 'answer' ? answerPrompt(question) : solvePrompt(question);
}

/** The target that validation and test losses are measured on: the author's own answer or rationale. */
export function goldTarget(method: Method, problem: Problem): string {
  return method === 'answer' ? problem.goldAnswer : problem.goldRationale;
}

/**
 * What a method trains on for one problem, or null when the teacher or the feedback module left nothing:
 * `answer` the teacher's greedy final answer, `cot` its greedy rationale as written, `feedback` the
 * winnowed rationale.
 */
export function methodTarget(method: Method, trace: Trace): string | null {
  switch (method) {
    case 'answer':
      return trace.samples[0]?.answer ?? null;
    case 'cot': {
      // The tokenizer knows single spaces only; a teacher may write others.
      const text = trace.samples[0]?.text.replaceAll(/\s+/g, ' ').trim() ?? '';
      return text === '' ? null : text;
    }
    case 'feedback':
      return trace.winnowed;
    default:
      return method satisfies never;
  }
}

const NO_TARGET: Readonly<Record<Method, string>> = {
  answer: 'the teacher gave no final answer',
  cot: 'the teacher wrote nothing',
  feedback: 'no rationale was left after feedback',
};

/** Makes the training examples of a method from all traces, in their order. */
export async function buildExamples(
  method: Method,
  traces: AsyncIterable<Trace>,
  tokenizer: Tokenizer,
  limits: ExampleLimits,
): Promise<ExampleSet> {
  const examples: TrainingExample[] = [];
  const leftOut: Record<string, number> = {};
  const damaged: { problemId: string; sentence: string }[] = [];
  let targetTokens = 0;
  let inputTokens = 0;
  const leaveOut = (reason: string): void => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  for await (const trace of traces) {
    const text = methodTarget(method, trace);
    if (text === null) {
      leaveOut(NO_TARGET[method]);
      continue;
    }
    const sentence = tokenizerDamage(text, tokenizer);
    if (sentence !== null) {
      damaged.push({ problemId: trace.problemId, sentence });
      leaveOut('the tokenizer changes the target');
      continue;
    }
    const input = tokenizer.encode(methodPrompt(method, trace.question));
    const target = tokenizer.encode(text);
    if (input.length > limits.maximumInputTokens) {
      leaveOut(`the question has more than ${limits.maximumInputTokens} tokens`);
    } else if (target.length > limits.maximumTargetTokens) {
      leaveOut(`the target has more than ${limits.maximumTargetTokens} tokens`);
    } else {
      examples.push({ input, target });
      targetTokens += target.length;
      inputTokens += input.length;
    }
  }
  return { examples, leftOut, damaged, targetTokens, inputTokens };
}
