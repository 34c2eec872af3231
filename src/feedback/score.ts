/** Measures the feedback checks on labelled rationales: what they find in wrong chains and what they leave of right ones. */

import { REASONS } from '../rationale/trace';
import type { Reason } from '../rationale/trace';
import { HARMLESS_REASONS } from './evidence';
import { judgeRationale } from './judge';
import type { Judgement } from './judge';
import type { LabelledChain } from './labelled-chains';
import { markdownTable, percent } from './measured-table';

/** Ways of judging: by the question alone, with the gold values and answer too, and with a teacher's rollouts beside them. */
const LEVELS = ['rules', 'gold', 'rollouts'] as const;
type Level = (typeof LEVELS)[number];
const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  rules: 'rules',
  gold: '+ gold',
  rollouts: '+ rollouts',
};

/** What one way of judging found in the chains of one source; counts of chains unless they say steps. */
interface LevelScore {
  readonly wrong: {
    readonly withRejected: number;
    /** With a rejected step other than the one that the wrong final answer rests on. */
    readonly withIntermediateRejected: number;
    /** With a step rejected for what it says itself, be it the last: the wrong final answer alone does not count. */
    readonly withOwnFault: number;
  };
  readonly right: {
    readonly withNoneRejected: number;
    /** With a step rejected as wrong, not only as superfluous. */
    readonly losingAsWrong: number;
    readonly accepted: number;
    readonly steps: number;
    readonly keptSteps: number;
  };
  /** Rejected steps by the first failing check. */
  readonly byReason: ReadonlyMap<Reason, number>;
}

export interface SourceScore {
  /** The model that wrote the chains. */
  readonly source: string;
  readonly wrongChains: number;
  readonly rightChains: number;
  readonly rules: LevelScore;
  readonly gold: LevelScore;
  /** Null where no teacher went on from any chain of the file. */
  readonly rollouts: LevelScore | null;
}

export interface RejectedStep {
  readonly source: string;
  /** Whether the chain's answer is right. */
  readonly right: boolean;
  readonly text: string;
  readonly reason: Reason;
  readonly message: string;
}

export interface FileScore {
  readonly sources: readonly SourceScore[];
  /** The steps rejected with gold values, in the order of the file. */
  readonly rejected: readonly RejectedStep[];
}

interface JudgedChain {
  readonly chain: LabelledChain;
  readonly rules: Judgement;
  readonly gold: Judgement;
  readonly rollouts: Judgement;
}

/** True where something other than the rationale's wrong final answer speaks against a step. */
function hasOwnFault({ steps, concludingStep }: Judgement, index: number): boolean {
  const step = steps[index];
  if (step?.verdict !== 'rejected') return false;
  return step.outcomes.some(
    ({ failed, reason, score }) =>
      // A conclusion whose value the gold solution has only stops too early; its score is above 0.
      failed && (reason !== 'contradicts-gold' || index !== concludingStep || score === 0),
  );
}

function levelScore(chains: readonly JudgedChain[], level: Level): LevelScore {
  const byReason = new Map<Reason, number>();
  const wrong = { withRejected: 0, withIntermediateRejected: 0, withOwnFault: 0 };
  const right = { withNoneRejected: 0, losingAsWrong: 0, accepted: 0, steps: 0, keptSteps: 0 };
  for (const { chain, [level]: judgement } of chains) {
    const rejected = judgement.steps.flatMap(({ verdict }, index) =>
      verdict === 'rejected' ? [index] : [],
    );
    const reasons = rejected.flatMap((index) => judgement.steps[index]?.reason ?? []);
    for (const reason of reasons) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
    if (chain.right) {
      right.steps += judgement.steps.length;
      right.keptSteps += judgement.steps.length - rejected.length;
      if (judgement.accepted) right.accepted += 1;
      if (rejected.length === 0) right.withNoneRejected += 1;
      if (reasons.some((reason) => !HARMLESS_REASONS.has(reason))) right.losingAsWrong += 1;
    } else {
      if (rejected.length > 0) wrong.withRejected += 1;
      if (rejected.some((index) => index !== judgement.concludingStep))
        wrong.withIntermediateRejected += 1;
      if (rejected.some((index) => hasOwnFault(judgement, index))) wrong.withOwnFault += 1;
    }
  }
  return { wrong, right, byReason };
}

function sourceScore(source: string, chains: readonly JudgedChain[]): SourceScore {
  const rightChains = chains.filter(({ chain }) => chain.right).length;
  return {
    source,
    rightChains,
    wrongChains: chains.length - rightChains,
    rules: levelScore(chains, 'rules'),
    gold: levelScore(chains, 'gold'),
    rollouts: chains.some(({ chain }) => chain.rollouts !== undefined)
      ? levelScore(chains, 'rollouts')
      : null,
  };
}

/** Judges every chain in every way; sources in alphabetical order, then all together. */
export function scoreChains(chains: readonly LabelledChain[]): FileScore {
  const judged = chains.map((chain): JudgedChain => {
    const { text, context, rollouts } = chain;
    const gold = judgeRationale(text, context);
    return {
      chain,
      rules: judgeRationale(text, context, { trimRedundant: true, rulesOnly: true }),
      gold,
      rollouts:
        rollouts === undefined
          ? gold
          : judgeRationale(text, context, { trimRedundant: true, rollouts }),
    };
  });
  const names = [...new Set(chains.map(({ source }) => source))].sort();
  const sources = names.map((name) =>
    sourceScore(
      name,
      judged.filter(({ chain }) => chain.source === name),
    ),
  );
  return {
    sources: names.length < 2 ? sources : [...sources, sourceScore('all', judged)],
    rejected: judged.flatMap(({ chain: { source, right }, gold }) =>
      gold.steps.flatMap(({ verdict, reason, text, message }) =>
        verdict === 'rejected' && reason !== null ? [{ source, right, text, reason, message }] : [],
      ),
    ),
  };
}

/** The scores of a source in the ways it was judged in, with their names. */
function levelsOf(source: SourceScore): { readonly name: string; readonly score: LevelScore }[] {
  return LEVELS.flatMap((level) => {
    const score = source[level];
    return score === null ? [] : [{ name: LEVEL_NAMES[level], score }];
  });
}

/** One table: a row a source, and in each of the measures the ways of judging beside each other. */
function levelTable(
  title: string,
  sources: readonly SourceScore[],
  chainsOf: (source: SourceScore) => number,
  measures: Readonly<Record<string, (score: LevelScore, chains: number) => string>>,
): string {
  const counted = sources.filter((source) => chainsOf(source) > 0);
  const names = new Set(counted.flatMap(levelsOf).map(({ name }) => name));
  if (counted.length === 0) return '';
  const columns = Object.entries(measures).flatMap(([measure, value]) =>
    [...names].map((name, index) => ({
      title: index === 0 ? `${measure}: ${name}` : name,
      cell: (source: SourceScore): string => {
        const level = levelsOf(source).find((each) => each.name === name);
        return level === undefined ? '' : value(level.score, chainsOf(source));
      },
    })),
  );
  return markdownTable(
    [title, 'chains', ...columns.map((column) => column.title)],
    counted.map((source) => [
      source.source,
      `${chainsOf(source)}`,
      ...columns.map(({ cell }) => cell(source)),
    ]),
  );
}

/** The score as Markdown tables: wrong chains, right chains, and which checks rejected how many steps. */
export function formatScore({ sources }: FileScore): string {
  const levels = sources.flatMap((source) =>
    levelsOf(source).map(({ name, score }) => ({ name: `${source.source}, ${name}`, score })),
  );
  const reasons = REASONS.filter((reason) =>
    levels.some(({ score }) => score.byReason.has(reason)),
  );
  return [
    levelTable('wrong chains of', sources, ({ wrongChains }) => wrongChains, {
      'a step rejected': ({ wrong }, chains) => percent(wrong.withRejected, chains),
      'an intermediate one': ({ wrong }, chains) => percent(wrong.withIntermediateRejected, chains),
      'one for its own fault': ({ wrong }, chains) => percent(wrong.withOwnFault, chains),
    }),
    levelTable('right chains of', sources, ({ rightChains }) => rightChains, {
      'no step rejected': ({ right }, chains) => percent(right.withNoneRejected, chains),
      'a step lost as wrong': ({ right }, chains) => percent(right.losingAsWrong, chains),
      'steps kept': ({ right }) => percent(right.keptSteps, right.steps),
      'chains accepted': ({ right }, chains) => percent(right.accepted, chains),
    }),
    markdownTable(
      ['steps rejected by', ...reasons],
      levels.map(({ name, score }) => [
        name,
        ...reasons.map((reason) => `${score.byReason.get(reason) ?? 0}`),
      ]),
    ),
  ]
    .filter((table) => table !== '')
    .join('\n\n');
}
