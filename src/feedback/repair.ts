/** Repair: from a teacher's samples of a problem to the rationale the `feedback` method trains on, or to none. */

import { provenanceOf } from '../rationale/taught';
import type { JudgedRationale, Provenance, TeacherSample } from '../rationale/trace';
import { formatRationale, parseRationale } from '../text/grammar';
import type { ModelsWord } from './assess';
import { judgeRationale } from './judge';
import type { JudgeContext, JudgeOptions, Judgement } from './judge';
import type { TrimOptions } from './trim';

export interface RepairOptions extends TrimOptions {
  /** Train on the gold rationale where every sample was rejected; otherwise the problem is left out. */
  readonly goldFallback: boolean;
}

export interface Repaired {
  readonly judgement: Judgement;
  /** What is left, in the rationale grammar; null where the sample cannot be salvaged. */
  readonly rationale: string | null;
  /** True where steps were left out or rewritten. */
  readonly changed: boolean;
}

export interface Winnowed {
  /** The judgement of every sample, in the order of the samples. */
  readonly judged: readonly JudgedRationale[];
  /** What to train on, in the rationale grammar; null with provenance `none`. */
  readonly winnowed: string | null;
  readonly provenance: Provenance;
}

/** Judges one rationale, leaves out or merges what was rejected in it, and re-verifies the rest. */
export function repairRationale(
  text: string,
  context: JudgeContext,
  options: JudgeOptions = { trimRedundant: true },
): Repaired {
  const judgement = judgeRationale(text, context, options);
  return {
    judgement,
    rationale: judgement.accepted
      ? formatRationale(
          judgement.remaining,
          options.rulesOnly === true ? (judgement.answer ?? '') : context.goldAnswer.trim(),
        )
      : null,
    changed: judgement.steps.some((step) => step.verdict !== 'kept'),
  };
}

/**
 * True when no judged sample of a problem is usable and the teacher may try again.
 * @param most further samples after the greedy one, hinted ones included.
 */
export function needsAnotherSample(judged: readonly JudgedRationale[], most: number): boolean {
  return judged.length <= most && !judged.some((rationale) => rationale.accepted);
}

/**
 * A rejected sample gone on with from one of its steps: of the rollouts that end in the gold answer the first that is
 * verified as a whole, those with most of the sample's own steps before the others. Null where none is.
 *
 * @param temperature they were sampled at
 * @param sample the number it gets
 */
export function continuedSample(
  { sample: origin, rollouts = [] }: JudgedRationale,
  context: JudgeContext,
  { trimRedundant }: TrimOptions,
  { temperature, sample }: Pick<TeacherSample, 'temperature' | 'sample'>,
): TeacherSample | null {
  for (const { steps, rollouts: own } of rollouts.toSorted((a, b) => b.steps - a.steps))
    for (const { text, tokens, right } of own) {
      if (!right || repairRationale(text, context, { trimRedundant }).rationale === null) continue;
      const { answer } = parseRationale(text);
      return { sample, temperature, goesOn: { sample: origin, steps }, text, tokens, answer };
    }
  return null;
}

/**
 * Judges every sample of a problem and decides: the first accepted one, trimmed where needed; else the gold
 * rationale, if allowed; else nothing.
 *
 * @param said what models said of each sample, by sample
 */
export function winnow(
  samples: readonly TeacherSample[],
  context: JudgeContext,
  { goldFallback, trimRedundant }: RepairOptions,
  said?: ReadonlyMap<number, ModelsWord>,
): Winnowed {
  const repaired = samples.map((sample) => ({
    sample,
    ...repairRationale(sample.text, context, { ...said?.get(sample.sample), trimRedundant }),
  }));
  const judged = repaired.map(({ sample, judgement }): JudgedRationale => {
    const rollouts = said?.get(sample.sample)?.rollouts;
    return {
      sample: sample.sample,
      text: sample.text,
      steps: judgement.steps,
      accepted: judgement.accepted,
      ...(rollouts === undefined ? {} : { rollouts }),
    };
  });
  const first = repaired.find(({ rationale }) => rationale !== null);
  if (first !== undefined) {
    const provenance = provenanceOf(first.sample, first.changed);
    return { judged, winnowed: first.rationale, provenance };
  }
  return goldFallback
    ? { judged, winnowed: context.goldRationale, provenance: 'gold' }
    : { judged, winnowed: null, provenance: 'none' };
}
