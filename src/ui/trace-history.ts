/** What happened to one problem, attempt by attempt, in sentences: what the teacher wrote, what was made of it, what is taught. */

import type { JudgedRationale, TeacherSample, Trace, Verdict } from '../rationale/trace';
import { REASONS } from '../rationale/trace';
import { taughtAttempt, verdictOf } from '../rationale/taught';
import { REASON_WORDING } from './wording';

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

function written(sample: TeacherSample, goldAnswer: string): string {
  const how =
    sample.temperature === 0
      ? 'The teacher took the likeliest token each time'
      : sample.hinted === true
        ? `The teacher, told the answer, wrote again at temperature ${sample.temperature}`
        : `The teacher wrote again at temperature ${sample.temperature}`;
  const ending =
    sample.answer === null
      ? 'gave no answer'
      : `answered ${sample.answer}, which is ${sample.answer === goldAnswer ? 'right' : 'wrong'}`;
  return `${how} and ${ending}.`;
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
  return `Of ${counted(judged.steps.length, 'step')}: ${decided(judged)}. ${outcome}`;
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

/** The history of a trace, from the first sample to what is taught, oldest first. */
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
  return last === null ? attempts : [...attempts, last];
}
