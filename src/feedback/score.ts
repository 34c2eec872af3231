/** Measures the feedback module on files of real rationales: how much of right ones it keeps, and what it finds in wrong ones. */

import * as v from 'valibot';
import type { Reason } from '../rationale/trace';
import { formatRationale, parseRationale } from '../text/grammar';
import { rationaleFromGsm8k } from '../text/gsm8k-rationale';
import { judgeRationale } from './judge';
import type { JudgeContext, Judgement } from './judge';

const goldRowSchema = v.object({ question: v.string(), answer: v.string() });
const solutionSchema = v.object({ is_correct: v.boolean(), solution: v.string() });
const modelRowSchema = v.objectWithRest(
  { question: v.string(), ground_truth: v.string() },
  solutionSchema,
);
const rowSchema = v.union([modelRowSchema, goldRowSchema]);

/** What was found in the chains of one source that have the same label. */
export interface ChainScore {
  readonly source: string;
  /** Whether the source's own label says that the answer is right. */
  readonly right: boolean;
  readonly chains: number;
  readonly steps: number;
  readonly keptSteps: number;
  readonly accepted: number;
  /** Chains with at least one rejected step. */
  readonly withRejected: number;
  /** The same, when only the checks that do not know the final answer count. */
  readonly withRejectedByRules: number;
  /** Share of steps whose result is not among the gold values, 0..1. */
  readonly resultsOutsideGold: number;
  /** Rejected steps by the first failing check. */
  readonly byReason: Readonly<Partial<Record<Reason, number>>>;
}

export interface FileScore {
  readonly chains: readonly ChainScore[];
  readonly rejected: readonly { text: string; reason: Reason; message: string }[];
}

interface Labelled {
  readonly source: string;
  readonly right: boolean;
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

/** The labelled chains of one line of a file. */
function chainsOf(line: string, number: number): Labelled[] {
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

const RULES: ReadonlySet<Reason> = new Set<Reason>([
  'malformed',
  'repeated',
  'arithmetic',
  'ungrounded',
]);

function summarise(source: string, right: boolean, judgements: readonly Judgement[]): ChainScore {
  const steps = judgements.flatMap((judgement) => judgement.steps);
  const byReason: Partial<Record<Reason, number>> = {};
  for (const { reason } of steps)
    if (reason !== null) byReason[reason] = (byReason[reason] ?? 0) + 1;
  const chainsWith = (test: (step: (typeof steps)[number]) => boolean) =>
    judgements.filter((judgement) => judgement.steps.some(test)).length;
  const outside = steps.filter((step) =>
    step.outcomes.some(({ reason, score }) => reason === 'contradicts-gold' && score < 1),
  );
  return {
    source,
    right,
    chains: judgements.length,
    steps: steps.length,
    keptSteps: steps.filter((step) => step.verdict !== 'rejected').length,
    accepted: judgements.filter((judgement) => judgement.accepted).length,
    withRejected: chainsWith((step) => step.verdict === 'rejected'),
    withRejectedByRules: chainsWith((step) =>
      step.outcomes.some(({ failed, reason }) => failed && RULES.has(reason)),
    ),
    resultsOutsideGold: steps.length === 0 ? 0 : outside.length / steps.length,
    byReason,
  };
}

/**
 * Judges every chain of a JSONL file.
 * @throws Error naming the line that is neither of the two layouts.
 */
export function scoreFile(text: string): FileScore {
  const groups = new Map<string, { source: string; right: boolean; judgements: Judgement[] }>();
  const rejected: { text: string; reason: Reason; message: string }[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    for (const { source, right, text: rationale, context } of chainsOf(line, index + 1)) {
      const judgement = judgeRationale(rationale, context);
      const key = `${source} ${right}`;
      const group = groups.get(key) ?? { source, right, judgements: [] };
      groups.set(key, group);
      group.judgements.push(judgement);
      for (const step of judgement.steps)
        if (step.verdict === 'rejected' && step.reason !== null)
          rejected.push({ text: step.text, reason: step.reason, message: step.message });
    }
  });
  const chains = [...groups.values()]
    .map(({ source, right, judgements }) => summarise(source, right, judgements))
    .sort(
      (first, second) =>
        first.source.localeCompare(second.source) || Number(second.right) - Number(first.right),
    );
  return { chains, rejected };
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;

/** The score as a few lines of text for the terminal. */
export function formatScore({ chains }: FileScore): string {
  return chains
    .map((score) =>
      [
        `${score.source}, ${score.right ? 'right' : 'wrong'}: ${score.chains} chains, ${score.steps} steps`,
        `  steps kept ${percent(score.keptSteps, score.steps)}, chains accepted ${percent(score.accepted, score.chains)}`,
        `  chains with a rejected step ${percent(score.withRejected, score.chains)}, by rules that do not know the answer ${percent(score.withRejectedByRules, score.chains)}`,
        `  steps whose result is not among the gold values ${percent(score.resultsOutsideGold, 1)}`,
        `  rejected: ${Object.entries(score.byReason)
          .map(([reason, count]) => `${reason} ${count}`)
          .join(', ')}`,
      ].join('\n'),
    )
    .join('\n');
}
