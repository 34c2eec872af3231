/** Which attempt of a trace is taught, and what of it: by the verdicts of the checks, and of the visitor where there is one. */

import { formatRationale } from '../text/grammar';
import type {
  JudgedRationale,
  Provenance,
  StepVerdict,
  TeacherSample,
  Trace,
  Verdict,
} from './trace';

/** The verdict that counts: the visitor's where there is one. */
export const verdictOf = ({ byHand, verdict }: StepVerdict): Verdict => byHand ?? verdict;

/** True where the visitor has judged a step of it. */
export const isJudgedByHand = ({ steps }: Pick<JudgedRationale, 'steps'>): boolean =>
  steps.some(({ byHand }) => byHand !== undefined);

/** The texts of the steps that are left, rewritten where they were repaired. */
function remainingSteps({ steps }: JudgedRationale): string[] {
  return steps.flatMap((step) => {
    if (verdictOf(step) === 'rejected') return [];
    return [step.byHand === undefined ? (step.replacement ?? step.text) : step.text];
  });
}

/**
 * True where what is left of an attempt can be taught. Without a verdict by hand the checks say so; with one it is
 * the visitor's responsibility that the steps follow from each other, and only the answer has to be right.
 */
function isUsable(
  judged: JudgedRationale,
  { samples, goldAnswer }: Pick<Trace, 'samples' | 'goldAnswer'>,
): boolean {
  if (!isJudgedByHand(judged)) return judged.accepted;
  const sample = samples.find((each) => each.sample === judged.sample);
  return sample?.answer === goldAnswer && remainingSteps(judged).length > 0;
}

/** The attempt that is taught: the first usable one; undefined where none is. */
export function taughtAttempt(
  trace: Pick<Trace, 'judged' | 'samples' | 'goldAnswer'>,
): JudgedRationale | undefined {
  return trace.judged.find((judged) => isUsable(judged, trace));
}

/** Where a rationale comes from that was made of an attempt; `changed` where steps were left out or rewritten. */
export function provenanceOf(sample: TeacherSample, changed: boolean): Provenance {
  if (sample.sample === 0) return changed ? 'teacher-trimmed' : 'teacher';
  if (sample.hinted === true) return 'hinted';
  return (sample.goesOn?.steps ?? 0) > 0 ? 'continued' : 'resampled';
}

/** What is taught of a judged trace. `goldFallback` as the study has it. */
function settle(
  trace: Trace,
  goldFallback: boolean,
): { readonly winnowed: string | null; readonly provenance: Provenance } {
  const attempt = taughtAttempt(trace);
  const sample = trace.samples.find((each) => each.sample === attempt?.sample);
  if (attempt !== undefined && sample !== undefined) {
    const changed = attempt.steps.some((step) => verdictOf(step) !== 'kept');
    return {
      winnowed: formatRationale(remainingSteps(attempt), trace.goldAnswer.trim()),
      provenance: isJudgedByHand(attempt) ? 'by-hand' : provenanceOf(sample, changed),
    };
  }
  return goldFallback
    ? { winnowed: trace.goldRationale, provenance: 'gold' }
    : { winnowed: null, provenance: 'none' };
}

/** A verdict that the visitor gives one step, or takes back with null. */
export interface HandVerdict {
  readonly sample: number;
  /** Index of the step in the attempt. */
  readonly step: number;
  readonly verdict: 'kept' | 'rejected' | null;
}

/**
 * The trace with a verdict by hand and with what is taught after it. What the checks said stays beside it, and taking
 * the last verdict by hand back gives the trace as the feedback stage wrote it.
 *
 * @throws Error where there is no such step, or where the checks have not judged it yet
 */
export function judgeByHand(
  trace: Trace,
  { sample, step: wanted, verdict }: HandVerdict,
  goldFallback: boolean,
): Trace {
  if (trace.judged.find((each) => each.sample === sample)?.steps[wanted] === undefined) {
    throw new Error(
      `Expected a judged step ${wanted + 1} of attempt ${sample + 1}, found none. Wait for the feedback stage, or open the problem again.`,
    );
  }
  const judged = trace.judged.map((attempt): JudgedRationale => {
    if (attempt.sample !== sample) return attempt;
    return {
      ...attempt,
      steps: attempt.steps.map((step, index) =>
        index === wanted ? withHand(step, verdict) : step,
      ),
    };
  });
  const changed = { ...trace, judged };
  return { ...changed, ...settle(changed, goldFallback) };
}

function withHand({ byHand: _before, ...step }: StepVerdict, verdict: HandVerdict['verdict']) {
  return verdict === null ? step : { ...step, byHand: verdict };
}
