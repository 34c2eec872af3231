/** What happened to one problem, attempt by attempt, in sentences: what the teacher wrote, what was made of it, what is taught. */

import { firstFailure, studentRounds, type StudentRound } from '../rationale/student-round';
import type { JudgedRationale, TeacherSample, Trace, Verdict } from '../rationale/trace';
import { REASONS } from '../rationale/trace';
import { taughtAttempt, verdictOf } from '../rationale/taught';
import { METHOD_WORDING, REASON_WORDING } from './wording';

interface HistoryEntry {
  readonly title: string;
  readonly sentence: string;
  /** Whether this went the way it should; null where nothing has been decided. */
  readonly good: boolean | null;
}

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

export const attemptTitle = ({ sample }: Pick<TeacherSample, 'sample'>): string =>
  sample === 0 ? 'First attempt' : `Attempt ${sample + 1}`;

function howWritten({ temperature, hinted, goesOn }: TeacherSample): string {
  if (goesOn !== undefined && goesOn.steps > 0)
    return `The teacher went on from step ${goesOn.steps} of attempt ${goesOn.sample + 1} at temperature ${temperature}`;
  if (temperature === 0) return 'The teacher took the likeliest token each time';
  return hinted === true
    ? `The teacher, told the answer, wrote again at temperature ${temperature}`
    : `The teacher wrote again at temperature ${temperature}`;
}

function written(sample: TeacherSample, goldAnswer: string): string {
  const ending =
    sample.answer === null
      ? 'gave no answer'
      : `answered ${sample.answer}, which is ${sample.answer === goldAnswer ? 'right' : 'wrong'}`;
  return `${howWritten(sample)} and ${ending}.`;
}

/** `2 kept, 1 rejected (wrong arithmetic)`. */
function decided({ steps }: JudgedRationale): string {
  const count = (verdict: Verdict) => steps.filter((step) => verdictOf(step) === verdict).length;
  const reasons = REASONS.filter((reason) =>
    steps.some((step) => verdictOf(step) === 'rejected' && step.reason === reason),
  ).map((reason) => REASON_WORDING[reason].label.toLowerCase());
  const rejected = count('rejected');
  const byHand = steps.filter((step) => step.byHand !== undefined).length;
  return [
    `${count('kept')} kept`,
    ...(rejected > 0
      ? [`${rejected} rejected${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`]
      : []),
    ...(count('repaired') > 0 ? [`${count('repaired')} repaired`] : []),
    ...(byHand > 0 ? [`${byHand} judged by hand`] : []),
  ].join(', ');
}

function judgedSentence(judged: JudgedRationale | undefined): string {
  if (judged === undefined) return 'Feedback has not looked at it yet.';
  const outcome = judged.accepted
    ? 'What is left is verified.'
    : 'What is left does not lead to the gold answer.';
  const rollouts = judged.rollouts?.reduce((sum, place) => sum + place.rollouts.length, 0) ?? 0;
  const asked =
    rollouts === 0 ? '' : ` The teacher went on from its steps ${counted(rollouts, 'time')}.`;
  return `Of ${counted(judged.steps.length, 'step')}: ${decided(judged)}. ${outcome}${asked}`;
}

function taught(trace: Trace): HistoryEntry | null {
  if (trace.provenance === null) return null;
  const title = 'What the student is taught';
  if (trace.provenance === 'none')
    return { title, sentence: 'No attempt could be used: the problem is left out.', good: false };
  if (trace.provenance === 'gold')
    return {
      title,
      sentence: 'No attempt could be used: the author’s own solution takes its place.',
      good: null,
    };
  const source = taughtAttempt(trace);
  const changed = source?.steps.some((step) => verdictOf(step) !== 'kept') === true;
  const name = source === undefined ? 'An attempt' : attemptTitle(source);
  return {
    title,
    sentence: `${name}, ${changed ? 'without what was rejected in it' : 'as it was written'}.`,
    good: true,
  };
}

/** Such as `After round 1 of training`; of a method other than the main one, with its name. */
export function studentRoundTitle({ method, round }: StudentRound): string {
  const name = Object.entries(METHOD_WORDING).find(([key]) => key === method)?.[1].label ?? method;
  const whose = method === 'feedback' ? '' : ` (${name})`;
  return `After round ${round} of training${whose}`;
}

/** What the student did after a round, what the teacher did about it, and what is taught from then on. */
function examined(round: StudentRound): HistoryEntry {
  const { steps, continuations, next, rationale } = round;
  const title = studentRoundTitle(round);
  const failure = firstFailure(round);
  if (failure === null)
    return {
      title,
      sentence: 'The student reached the result of every step by itself.',
      good: true,
    };
  const verified = continuations?.filter((each) => each.rationale !== null).length ?? 0;
  const asked =
    continuations === null || continuations.length === 0
      ? 'The teacher was not asked to go on.'
      : `From there the teacher went on ${counted(continuations.length, 'time')}, ${verified} of them verified.`;
  const decision =
    next === null
      ? 'Nothing is decided yet.'
      : next.rationale === rationale
        ? 'The same rationale is taught again, what is hard in it with more weight.'
        : 'The likeliest of them for the student is taught in its place.';
  return {
    title,
    sentence: `The student failed at step ${failure + 1} of ${steps.length}. ${asked} ${decision}`,
    good: false,
  };
}

/** The history of a trace, from the first sample to what is taught and what the student made of it, oldest first. */
export function traceHistory(trace: Trace): HistoryEntry[] {
  const attempts = trace.samples.map((sample): HistoryEntry => {
    const judged = trace.judged.find((each) => each.sample === sample.sample);
    return {
      title: attemptTitle(sample),
      sentence: `${written(sample, trace.goldAnswer)} ${judgedSentence(judged)}`,
      good: judged === undefined ? null : judged.accepted,
    };
  });
  const last = taught(trace);
  const rounds = studentRounds(trace).map(examined);
  return [...attempts, ...(last === null ? [] : [last]), ...rounds];
}
