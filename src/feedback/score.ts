/** Measures the feedback checks on labelled rationales: what they find in wrong chains and what they leave of right ones. */

import { REASONS } from '../rationale/trace';
import type { Reason } from '../rationale/trace';
import { HARMLESS_REASONS } from './evidence';
import { judgeRationale } from './judge';
import type { Judgement } from './judge';
import type { LabelledChain } from './labelled-chains';
import { markdownTable, percent } from './measured-table';

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
  /** Judged by the question alone. */
  readonly rules: LevelScore;
  /** Judged with the gold values and the gold answer too. */
  readonly gold: LevelScore;
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

function levelScore(chains: readonly JudgedChain[], level: 'rules' | 'gold'): LevelScore {
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
  };
}

/** Judges every chain twice, by rules alone and with gold values; sources in alphabetical order, then all together. */
export function scoreChains(chains: readonly LabelledChain[]): FileScore {
  const judged = chains.map((chain): JudgedChain => ({
    chain,
    rules: judgeRationale(chain.text, chain.context, { trimRedundant: true, rulesOnly: true }),
    gold: judgeRationale(chain.text, chain.context),
  }));
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

/** The score as Markdown tables: wrong chains, right chains, and which checks rejected how many steps. */
export function formatScore({ sources }: FileScore): string {
  const wrong = sources.filter(({ wrongChains }) => wrongChains > 0);
  const right = sources.filter(({ rightChains }) => rightChains > 0);
  const reasons = REASONS.filter((reason) =>
    sources.some(({ rules, gold }) => rules.byReason.has(reason) || gold.byReason.has(reason)),
  );
  return [
    wrong.length === 0
      ? ''
      : markdownTable(
          [
            'wrong chains of',
            'chains',
            'a step rejected: rules',
            '+ gold',
            'an intermediate one: rules',
            '+ gold',
            'one for its own fault: rules',
            '+ gold',
          ],
          wrong.map(({ source, wrongChains, rules, gold }) => [
            source,
            `${wrongChains}`,
            ...[
              rules.wrong.withRejected,
              gold.wrong.withRejected,
              rules.wrong.withIntermediateRejected,
              gold.wrong.withIntermediateRejected,
              rules.wrong.withOwnFault,
              gold.wrong.withOwnFault,
            ].map((count) => percent(count, wrongChains)),
          ]),
        ),
    right.length === 0
      ? ''
      : markdownTable(
          [
            'right chains of',
            'chains',
            'no step rejected: rules',
            '+ gold',
            'a step lost as wrong: rules',
            '+ gold',
            'steps kept: rules',
            '+ gold',
            'chains accepted: + gold',
          ],
          right.map(({ source, rightChains, rules, gold }) => [
            source,
            `${rightChains}`,
            ...[
              rules.right.withNoneRejected,
              gold.right.withNoneRejected,
              rules.right.losingAsWrong,
              gold.right.losingAsWrong,
            ].map((count) => percent(count, rightChains)),
            percent(rules.right.keptSteps, rules.right.steps),
            percent(gold.right.keptSteps, gold.right.steps),
            percent(gold.right.accepted, rightChains),
          ]),
        ),
    markdownTable(
      ['steps rejected by', ...reasons],
      sources.flatMap(({ source, rules, gold }) =>
        (['rules', 'gold'] as const).map((level) => [
          `${source}, ${level === 'rules' ? 'rules' : '+ gold'}`,
          ...reasons.map((reason) => `${{ rules, gold }[level].byReason.get(reason) ?? 0}`),
        ]),
      ),
    ),
  ]
    .filter((table) => table !== '')
    .join('\n\n');
}
