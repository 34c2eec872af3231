/** Repair: from a teacher's samples of a problem to the rationale the `feedback` method trains on, or to none. */

import { provenanceOf } from '../rationale/taught';
import type { JudgedRationale, Provenance, TeacherSample } from '../rationale/trace';
import { formatRationale } from '../text/grammar';
import { judgeRationale } from './judge';
import type { JudgeContext, JudgeOptions, Judgement } from './judge';
import type { LikelihoodsByStep } from './likelihood/undecided';

export interface RepairOptions extends Omit<JudgeOptions, 'likelihoods'> {
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
 * Judges every sample of a problem and decides: the first accepted one, trimmed where needed; else the gold
 * rationale, if allowed; else nothing.
 *
 * @param likelihoods what models say of the samples' steps, by sample
 */
export function winnow(
  samples: readonly TeacherSample[],
  context: JudgeContext,
  { goldFallback, ...options }: RepairOptions,
  likelihoods?: ReadonlyMap<number, LikelihoodsByStep>,
): Winnowed {
  const repaired = samples.map((sample) => ({
    sample,
    ...repairRationale(sample.text, context, {
      ...options,
      likelihoods: likelihoods?.get(sample.sample),
    }),
  }));
  const judged = repaired.map(({ sample, judgement }): JudgedRationale => ({
    sample: sample.sample,
    text: sample.text,
    steps: judgement.steps,
    accepted: judgement.accepted,
  }));
  const first = repaired.find(({ rationale }) => rationale !== null);
  if (first !== undefined) {
    const provenance = provenanceOf(first.sample, first.changed);
    return { judged, winnowed: first.rationale, provenance };
  }
  return goldFallback
    ? { judged, winnowed: context.goldRationale, provenance: 'gold' }
    : { judged, winnowed: null, provenance: 'none' };
}
