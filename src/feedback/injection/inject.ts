/** Puts one error of each kind into clean rationales, the same ones for the same seed. */

import { generatePocketProblems } from '../../data/pocket/generate';
import type { PocketProblem } from '../../data/pocket/problem';
import { verboseRationale } from '../../data/pocket/verbose';
import { Random, hashSeed } from '../../data/random';
import { formatRationale } from '../../text/grammar';
import { readChain } from '../chain';
import { dependenciesOf } from '../dependencies';
import { statedNumbers } from '../grounding';
import type { JudgeContext } from '../judge';
import { parseDecimal } from '../rational';
import {
  groundedOperand,
  ungroundedOperand,
  wrongOperator,
  wrongResult,
} from './calculation-errors';
import type { CalculationSite } from './calculation-errors';
import type { CorruptedRationale, CorruptionKind, LabelledStep } from './corruption';
import { CORRUPTION_KINDS } from './corruption';
import type { Recomputed } from './recompute';
import {
  droppedStep,
  duplicateStep,
  foreignStep,
  malformedStep,
  offTopicProse,
  reorderedStep,
  restatedStep,
} from './structure-errors';
import type { StructureSite } from './structure-errors';

/** Draws before a rationale counts as one that has no room for the error. */
const ATTEMPTS = 24;

type Structural = (site: StructureSite) => readonly LabelledStep[] | null;
type Calculated = (site: CalculationSite) => Recomputed | null;

const STRUCTURAL: ReadonlyMap<CorruptionKind, Structural> = new Map([
  ['malformed', malformedStep],
  ['foreign-step', foreignStep],
  ['duplicate', duplicateStep],
  ['dropped-step', droppedStep],
  ['reordered-step', reorderedStep],
  ['off-topic-prose', offTopicProse],
  ['restatement', restatedStep],
]);
const CALCULATED: ReadonlyMap<CorruptionKind, Calculated> = new Map([
  ['wrong-result', wrongResult],
  ['ungrounded-operand', ungroundedOperand],
  ['grounded-operand', groundedOperand],
  ['wrong-operator', wrongOperator],
]);

/** One rationale with one error of the kind; null where it has no room for it. */
export function corrupt(
  kind: CorruptionKind,
  context: JudgeContext,
  other: JudgeContext,
  random: Random,
): CorruptedRationale | null {
  const chain = readChain(context.goldRationale);
  const answer = parseDecimal(context.goldAnswer);
  const stated = statedNumbers(context.question);
  const dependencies = dependenciesOf(chain, stated);
  const structural = STRUCTURAL.get(kind);
  const calculated = CALCULATED.get(kind);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (structural !== undefined) {
      const foreign = { question: other.question, chain: readChain(other.goldRationale) };
      const steps = structural({ chain, dependencies, stated, other: foreign, random });
      if (steps === null) continue;
      const text = formatRationale(
        steps.map((step) => step.text),
        context.goldAnswer,
      );
      return { kind, text, labels: steps.map(({ label }) => label), context };
    }
    if (calculated === undefined || answer === null) return null;
    const recomputed = calculated({ clean: { chain, dependencies, answer }, stated, random });
    if (recomputed === null) continue;
    return {
      kind,
      text: recomputed.text,
      labels: recomputed.steps.map(({ label }) => label),
      context,
    };
  }
  return null;
}

/**
 * Errors of every kind in the gold rationales of these problems, up to one of each kind a problem. Reproducible:
 * every draw depends on the seed, the kind and the problem's position alone.
 */
export function corruptAll(
  problems: readonly JudgeContext[],
  seed: number,
): readonly CorruptedRationale[] {
  return CORRUPTION_KINDS.flatMap((kind) =>
    problems.flatMap((context, index) => {
      const random = new Random(hashSeed('injection', kind, seed, index));
      if (problems.length < 2) return [];
      const distance = random.integer(1, problems.length - 1);
      const other = problems[(index + distance) % problems.length] ?? context;
      return corrupt(kind, context, other, random) ?? [];
    }),
  );
}

/** Pocket problems of every length, half of them with a number that nobody needs. */
export function drawPocketProblems(count: number, seed: number): readonly PocketProblem[] {
  return generatePocketProblems({
    seed,
    count,
    stepWeights: [1, 2, 3, 3, 2],
    distractorShare: 0.5,
  });
}

/** The pocket rationales with true but unneeded steps, labelled by their generator. */
export function superfluousSteps(
  problems: readonly PocketProblem[],
  seed: number,
): readonly CorruptedRationale[] {
  return problems.flatMap((problem, index) => {
    const random = new Random(hashSeed('injection', 'superfluous-step', seed, index));
    const { text, needed } = verboseRationale(problem, random);
    if (needed.every(Boolean)) return [];
    const labels = needed.map((isNeeded) => (isNeeded ? 'clean' : 'injected'));
    return [{ kind: 'superfluous-step', text, labels, context: problem } as const];
  });
}
