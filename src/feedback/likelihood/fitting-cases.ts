/** The rationales that thresholds are fitted on: the gold ones of problems, as they are and with an error in each. */

import { Random, hashSeed } from '../../data/random';
import { LIKELIHOOD_SIGNALS, type LikelihoodSignal } from '../../rationale/trace';
import { readChain } from '../chain';
import type { CorruptionKind, StepLabel } from '../injection/corruption';
import { corrupt } from '../injection/inject';
import type { JudgeContext } from '../judge';
import type { WantedSignal } from './plan';

/** The errors that the checks ask each signal about: numbers from nowhere and steps off topic; steps that add nothing. */
const KINDS: Readonly<Record<LikelihoodSignal, readonly CorruptionKind[]>> = {
  'information-gain': ['ungrounded-operand', 'foreign-step', 'dropped-step', 'off-topic-prose'],
  'leave-one-out': ['duplicate', 'foreign-step', 'restatement', 'off-topic-prose'],
  following: ['duplicate', 'foreign-step', 'restatement', 'off-topic-prose'],
};

/** A rationale, and signals of steps that are all clean or all injected. */
export interface FittingCase {
  readonly question: string;
  readonly goldAnswer: string;
  readonly steps: readonly string[];
  readonly wanted: readonly WantedSignal[];
  readonly label: Exclude<StepLabel, 'consequence'>;
}

const stepTexts = (rationale: string): string[] =>
  readChain(rationale).steps.map(({ text }) => text);

/** All signals of every gold step of a problem, and each signal of one injected error. Reproducible from the seed. */
function casesOf(
  context: JudgeContext,
  index: number,
  problems: readonly JudgeContext[],
  seed: number,
): FittingCase[] {
  const { question, goldAnswer, goldRationale } = context;
  const steps = stepTexts(goldRationale);
  const clean: FittingCase = {
    question,
    goldAnswer,
    steps,
    wanted: steps.flatMap((_, index) => LIKELIHOOD_SIGNALS.map((signal) => ({ index, signal }))),
    label: 'clean',
  };
  const distance =
    problems.length < 2
      ? 0
      : new Random(hashSeed('likelihood-fit', 'other', seed, index)).integer(
          1,
          problems.length - 1,
        );
  const other = problems[(index + distance) % problems.length] ?? context;
  const injected = LIKELIHOOD_SIGNALS.flatMap((signal): FittingCase[] => {
    const kind = KINDS[signal][index % KINDS[signal].length];
    const random = new Random(hashSeed('likelihood-fit', signal, seed, index));
    const corrupted =
      kind === undefined || other === context ? null : corrupt(kind, context, other, random);
    if (corrupted === null) return [];
    const wanted = corrupted.labels.flatMap((label, step) =>
      label === 'injected' ? [{ index: step, signal }] : [],
    );
    return [{ question, goldAnswer, steps: stepTexts(corrupted.text), wanted, label: 'injected' }];
  });
  return [clean, ...injected];
}

/** The cases of all problems, a list a problem, so that a budget can stop after any of them. */
export function fittingCases(problems: readonly JudgeContext[], seed: number): FittingCase[][] {
  return problems.map((context, index) => casesOf(context, index, problems, seed));
}
