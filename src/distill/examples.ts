/** What each method trains on: the examples of a problem, mostly one, or the reason why there is none. */

import type { Problem } from '../data/problem';
import { studentRounds, taughtAfter } from '../rationale/student-round';
import type { TeacherSample, Trace } from '../rationale/trace';
import { sameDecimal } from '../feedback/rational';
import { repairRationale } from '../feedback/repair';
import type { TrimOptions } from '../feedback/trim';
import { METHOD_TRAITS, type Method } from '../study/methods';
import { equationOnlyRationale, untilAnswer } from '../text/grammar';
import { answerPrompt, solvePrompt } from '../text/prompts';
import { rationaleTokens, tokenWeights } from '../text/rationale-tokens';
import { tokenizerDamage } from '../text/survival';
import type { Tokenizer } from '../text/tokenizer';
import type { TrainingExample } from './trainer';

/** Longest input and target in tokens, end tokens included. */
export interface ExampleLimits {
  readonly maximumInputTokens: number;
  readonly maximumTargetTokens: number;
}

/** What decides which examples there are. */
export type ExampleOptions = ExampleLimits & TrimOptions;

/** What an example was made from. */
export interface ExampleOrigin {
  /** Index of its trace. */
  readonly trace: number;
  readonly question: string;
  /** What the teacher wrote before the target: its own reasoning where the target is its answer alone, else nothing. */
  readonly before: string;
}

export interface ExampleSet {
  readonly examples: readonly TrainingExample[];
  /** Which problem each of them comes from. */
  readonly problemIds: readonly string[];
  /** One an example. */
  readonly origins: readonly ExampleOrigin[];
  /** Problems without a target and targets that gave no example, by reason: nothing is cut short silently. */
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
  return METHOD_TRAITS[method].asks === 'answer' ? answerPrompt(question) : solvePrompt(question);
}

/** The target that validation and test losses are measured on: the author's own answer or rationale. */
export function goldTarget(method: Method, problem: Problem): string {
  const { asks, equationsOnly } = METHOD_TRAITS[method];
  if (asks === 'answer') return problem.goldAnswer;
  return equationsOnly ? equationOnlyRationale(problem.goldRationale) : problem.goldRationale;
}

/**
 * What a method trains on for one problem, nothing when the teacher or the feedback module left nothing. One target,
 * but for `cot-diverse`: the greedy rationale and the further samples that end in the gold answer, each text once
 * (Ho et al. 2022).
 */
export function methodTargets(
  method: Method,
  trace: Trace,
  options: TrimOptions,
): readonly string[] {
  if (method === 'cot-diverse') return rightRationales(trace);
  const target = methodTarget(method, trace, options);
  return target === null ? [] : [target];
}

/**
 * The one target of a method for one problem, or null:
 *
 * - `answer`: the teacher's greedy final answer;
 * - `cot`: its greedy rationale as written;
 * - `cot-answer-filter`: the same, where it ends in the gold answer (Ho et al. 2022);
 * - `rules-only`: the first sample that the checks accept which know neither gold answer nor gold values;
 * - `equation-only`: the equations of the winnowed rationale;
 * - `feedback-without-student-loop` and, in its first round, `feedback`: the winnowed rationale;
 * - `answer-soft`, `cot-soft`, `feedback-soft`: the same as the method without `soft`, which learns labels alone.
 */
function methodTarget(
  method: Exclude<Method, 'cot-diverse'>,
  trace: Trace,
  options: TrimOptions,
): string | null {
  switch (method) {
    case 'answer':
    case 'answer-soft':
      return trace.samples[0]?.answer ?? null;
    case 'cot':
    case 'cot-soft':
      return asWritten(trace);
    case 'cot-answer-filter':
      return trace.samples[0] !== undefined && answersGold(trace.samples[0], trace)
        ? asWritten(trace)
        : null;
    case 'rules-only':
      return acceptedByRules(trace, options);
    case 'equation-only':
      return trace.winnowed === null ? null : equationOnlyRationale(trace.winnowed);
    case 'feedback-without-student-loop':
    case 'feedback':
    case 'feedback-soft':
      return trace.winnowed;
    default:
      return method satisfies never;
  }
}

function rightRationales(trace: Trace): readonly string[] {
  const samples = [...trace.samples.slice(0, 1), ...(trace.diverse ?? [])];
  const texts = samples
    .filter((sample) => answersGold(sample, trace))
    .map(({ text }) => singleSpaced(text));
  return [...new Set(texts)];
}

function answersGold(
  sample: Pick<TeacherSample, 'answer'>,
  { goldAnswer }: Pick<Trace, 'goldAnswer'>,
): boolean {
  return sameDecimal(sample.answer, goldAnswer);
}

/** The greedy rationale. */
function asWritten(trace: Trace): string | null {
  const text = singleSpaced(trace.samples[0]?.text ?? '');
  return text === '' ? null : text;
}

/** The teacher reached its answer by reasoning; without that before it, its probabilities say nothing of the answer. */
function beforeTarget(method: Method, { samples }: Trace): string {
  if (METHOD_TRAITS[method].asks !== 'answer') return '';
  return untilAnswer(singleSpaced(samples[0]?.text ?? '')) ?? '';
}

/** The tokenizer knows single spaces only, and a teacher may write others. */
function singleSpaced(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Samples that saw the gold answer, or were chosen by it, are none that a module without it could have asked for. */
function acceptedByRules(trace: Trace, options: TrimOptions): string | null {
  for (const { text, hinted, goesOn } of trace.samples) {
    if (hinted === true || goesOn !== undefined) continue;
    const { rationale } = repairRationale(text, trace, {
      trimRedundant: options.trimRedundant,
      rulesOnly: true,
    });
    if (rationale !== null) return singleSpaced(rationale);
  }
  return null;
}

const NOTHING_WRITTEN = 'the teacher wrote nothing';
const NOTHING_LEFT = 'no rationale was left after feedback';
const NO_ANSWER = 'the teacher gave no final answer';
const NO_TARGET: Readonly<Record<Method, string>> = {
  answer: NO_ANSWER,
  'answer-soft': NO_ANSWER,
  cot: NOTHING_WRITTEN,
  'cot-soft': NOTHING_WRITTEN,
  'cot-answer-filter': 'the teacher’s answer is wrong',
  'cot-diverse': 'no answer of the teacher is right',
  'rules-only': 'the rules accepted no rationale',
  'equation-only': NOTHING_LEFT,
  'feedback-without-student-loop': NOTHING_LEFT,
  feedback: NOTHING_LEFT,
  'feedback-soft': NOTHING_LEFT,
};

/** What one target teaches a method's student, or why nothing. */
export type ProblemExample =
  | { readonly text: string; readonly example: TrainingExample }
  | {
      readonly leftOut: string;
      /** Where the tokenizer changes the target, a sentence that says so. */
      readonly damage?: string;
    };

/**
 * Makes the training example of one problem, for a method with one target a problem.
 *
 * @param round the round of training it is for, counted from 1: later ones teach what the examinations of the
 *   method's student before them decided
 */
export function problemExample(
  method: Method,
  trace: Trace,
  tokenizer: Tokenizer,
  limits: ExampleOptions,
  round: number,
): ProblemExample {
  const [made = { leftOut: NO_TARGET[method] }] = problemExamples(
    method,
    trace,
    tokenizer,
    limits,
    round,
  );
  return made;
}

/** Makes the training examples of one problem; at least one entry, which says why where there is none. */
function problemExamples(
  method: Method,
  trace: Trace,
  tokenizer: Tokenizer,
  limits: ExampleOptions,
  round: number,
): readonly ProblemExample[] {
  const next = round > 1 ? taughtAfter(studentRounds(trace), method, round) : null;
  const texts = next === null ? methodTargets(method, trace, limits) : [next.rationale];
  if (texts.length === 0) return [{ leftOut: NO_TARGET[method] }];
  const input = tokenizer.encode(methodPrompt(method, trace.question));
  if (input.length > limits.maximumInputTokens) {
    return [{ leftOut: `the question has more than ${limits.maximumInputTokens} tokens` }];
  }
  return texts.map((text) => targetExample(text, input, tokenizer, limits, next?.weights ?? null));
}

function targetExample(
  text: string,
  input: readonly number[],
  tokenizer: Tokenizer,
  { maximumTargetTokens }: ExampleLimits,
  stepWeights: readonly number[] | null,
): ProblemExample {
  const damage = tokenizerDamage(text, tokenizer);
  if (damage !== null) return { leftOut: 'the tokenizer changes the target', damage };
  const target = tokenizer.encode(text);
  if (target.length > maximumTargetTokens) {
    return { leftOut: `the target has more than ${maximumTargetTokens} tokens` };
  }
  const tokens = stepWeights === null ? null : rationaleTokens(text, tokenizer);
  if (stepWeights === null || tokens === null) return { text, example: { input, target } };
  return { text, example: { input, target, weights: tokenWeights(tokens, stepWeights) } };
}

/** Makes the training examples of a method from all traces, in their order; the round as for one problem. */
export async function buildExamples(
  method: Method,
  traces: AsyncIterable<Trace>,
  tokenizer: Tokenizer,
  limits: ExampleOptions,
  round = 1,
): Promise<ExampleSet> {
  const examples: TrainingExample[] = [];
  const problemIds: string[] = [];
  const origins: ExampleOrigin[] = [];
  const leftOut: Record<string, number> = {};
  const damaged: { problemId: string; sentence: string }[] = [];
  let targetTokens = 0;
  let inputTokens = 0;
  for await (const trace of traces) {
    for (const made of problemExamples(method, trace, tokenizer, limits, round)) {
      if ('example' in made) {
        examples.push(made.example);
        problemIds.push(trace.problemId);
        const { index, question } = trace;
        origins.push({ trace: index, question, before: beforeTarget(method, trace) });
        targetTokens += made.example.target.length;
        inputTokens += made.example.input.length;
      } else {
        leftOut[made.leftOut] = (leftOut[made.leftOut] ?? 0) + 1;
        if (made.damage !== undefined) {
          damaged.push({ problemId: trace.problemId, sentence: made.damage });
        }
      }
    }
  }
  return { examples, problemIds, origins, leftOut, damaged, targetTokens, inputTokens };
}
