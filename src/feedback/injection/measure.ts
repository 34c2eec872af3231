/** Measures what a way of judging finds of injected errors, and what it takes of clean steps. */

import type { JudgeContext, Judgement } from '../judge';
import { markdownTable, percent } from '../measured-table';
import type { CorruptedRationale, CorruptionKind } from './corruption';
import { CORRUPTION_KINDS } from './corruption';

/** One rationale to judge, of a problem. */
export interface InjectionCase {
  readonly text: string;
  readonly context: JudgeContext;
}

/** A way of judging; it gets all rationales at once, so that one that asks a model can batch. */
export interface InjectionJudge {
  /** `rules only`, `+ gold values`, ... */
  readonly name: string;
  readonly judge: (cases: readonly InjectionCase[]) => Promise<readonly Judgement[]>;
}

export interface KindScore {
  readonly kind: CorruptionKind;
  readonly injected: number;
  readonly found: number;
  readonly cleanSteps: number;
  readonly cleanRejected: number;
  readonly chains: number;
  /** Chains of which the first rejected step is an injected one. */
  readonly firstErrorRight: number;
}

export interface JudgeScore {
  readonly name: string;
  readonly kinds: readonly KindScore[];
  /** Steps of the rationales without any error. */
  readonly steps: number;
  readonly kept: number;
}

/** An injected error that was not found, or a clean step that was rejected. */
export interface InjectionMiss {
  readonly judge: string;
  readonly kind: CorruptionKind | 'clean';
  readonly fault: 'not found' | 'rejected';
  readonly step: string;
  readonly message: string;
  readonly text: string;
  readonly question: string;
}

export interface InjectionScore {
  readonly judges: readonly JudgeScore[];
  readonly misses: readonly InjectionMiss[];
}

/** @throws Error when a judge returns another number of judgements than it was given rationales. */
async function judgeAll(
  { name, judge }: InjectionJudge,
  cases: readonly InjectionCase[],
): Promise<readonly Judgement[]> {
  const judgements = await judge(cases);
  if (judgements.length !== cases.length)
    throw new Error(
      `The judge "${name}" was given ${cases.length} rationales and returned ${judgements.length} judgements: it has to return one for each, in order.`,
    );
  return judgements;
}

function scoreKind(
  kind: CorruptionKind,
  judged: readonly { corrupted: CorruptedRationale; judgement: Judgement }[],
): KindScore {
  const score = { injected: 0, found: 0, cleanSteps: 0, cleanRejected: 0, firstErrorRight: 0 };
  for (const { corrupted, judgement } of judged) {
    judgement.steps.forEach(({ verdict }, index) => {
      const rejected = verdict === 'rejected' ? 1 : 0;
      if (corrupted.labels[index] === 'injected') {
        score.injected += 1;
        score.found += rejected;
      } else if (corrupted.labels[index] === 'clean') {
        score.cleanSteps += 1;
        score.cleanRejected += rejected;
      }
    });
    const first = judgement.steps.findIndex(({ verdict }) => verdict === 'rejected');
    if (corrupted.labels[first] === 'injected') score.firstErrorRight += 1;
  }
  return { kind, chains: judged.length, ...score };
}

/** Judges clean and corrupted rationales in every way given. */
export async function measureInjection(
  clean: readonly JudgeContext[],
  corrupted: readonly CorruptedRationale[],
  judges: readonly InjectionJudge[],
): Promise<InjectionScore> {
  const scores: JudgeScore[] = [];
  const misses: InjectionMiss[] = [];
  for (const judge of judges) {
    const untouched = await judgeAll(
      judge,
      clean.map((context) => ({ text: context.goldRationale, context })),
    );
    const judgements = await judgeAll(judge, corrupted);
    const judged = corrupted.flatMap((each, index) => {
      const judgement = judgements[index];
      return judgement === undefined ? [] : [{ corrupted: each, judgement }];
    });
    for (const { corrupted: each, judgement } of judged)
      judgement.steps.forEach(({ verdict, text, message }, index) => {
        const label = each.labels[index];
        const missed = label === 'injected' && verdict !== 'rejected';
        if (!missed && !(label === 'clean' && verdict === 'rejected')) return;
        misses.push({
          judge: judge.name,
          kind: each.kind,
          fault: missed ? 'not found' : 'rejected',
          step: text,
          message,
          text: each.text,
          question: each.context.question,
        });
      });
    untouched.forEach(({ steps }, index) => {
      for (const { verdict, text, message } of steps)
        if (verdict === 'rejected')
          misses.push({
            judge: judge.name,
            kind: 'clean',
            fault: 'rejected',
            step: text,
            message,
            text: clean[index]?.goldRationale ?? '',
            question: clean[index]?.question ?? '',
          });
    });
    const steps = untouched.flatMap((judgement) => judgement.steps);
    scores.push({
      name: judge.name,
      steps: steps.length,
      kept: steps.filter(({ verdict }) => verdict !== 'rejected').length,
      kinds: CORRUPTION_KINDS.map((kind) =>
        scoreKind(
          kind,
          judged.filter(({ corrupted: each }) => each.kind === kind),
        ),
      ).filter(({ chains }) => chains > 0),
    });
  }
  return { judges: scores, misses };
}

/** Harmonic mean of precision and recall, 0..1, or a dash where nothing was found. */
function f1(found: number, injected: number, falsely: number): string {
  return injected + found + falsely === 0
    ? '-'
    : ((2 * found) / (injected + found + falsely)).toFixed(3);
}

/** One Markdown table: a row a kind, the ways of judging beside each other within each measure. */
export function formatInjection({ judges }: InjectionScore): string {
  const [first] = judges;
  if (first === undefined) return '';
  const measures: readonly [string, (score: KindScore) => string][] = [
    ['recall', ({ found, injected }) => percent(found, injected)],
    ['precision', ({ found, cleanRejected }) => percent(found, found + cleanRejected)],
    ['F1', ({ found, injected, cleanRejected }) => f1(found, injected, cleanRejected)],
    [
      'clean kept',
      ({ cleanSteps, cleanRejected }) => percent(cleanSteps - cleanRejected, cleanSteps),
    ],
    ['first error', ({ firstErrorRight, chains }) => percent(firstErrorRight, chains)],
  ];
  const columns = measures.flatMap(([title, measure]) =>
    judges.map((judge, index) => ({
      title: index === 0 ? `${title}: ${judge.name}` : judge.name,
      measure,
      judge,
    })),
  );
  return markdownTable(
    ['injected', 'chains', ...columns.map(({ title }) => title)],
    [
      ...first.kinds.map(({ kind, chains }) => [
        kind,
        `${chains}`,
        ...columns.map(({ measure, judge }) => {
          const score = judge.kinds.find((each) => each.kind === kind);
          return score === undefined ? '' : measure(score);
        }),
      ]),
      [
        'nothing',
        '',
        ...columns.map(({ title, judge }, index) =>
          measures[Math.floor(index / judges.length)]?.[0] === 'clean kept' && title !== ''
            ? percent(judge.kept, judge.steps)
            : '',
        ),
      ],
    ],
  );
}
