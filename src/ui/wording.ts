/** The page's words for the field's terms: one plain label and one explaining sentence each. */

import type {
  LikelihoodModel,
  LikelihoodSignal,
  Provenance,
  Reason,
  Verdict,
} from '../rationale/trace';
import type { SplitName } from '../data/problem';
import type { Decoding } from '../evaluate/decoding';
import type { Method } from '../study/methods';
import type { StageName, StageState, StudyStatus } from '../study/snapshot';

interface Wording {
  readonly label: string;
  readonly explanation: string;
}

export const METHOD_WORDING: Readonly<Record<Method, Wording>> = {
  answer: {
    label: 'Answers only',
    explanation: 'The student learns to go straight from the question to the teacher’s answer.',
  },
  'answer-soft': {
    label: 'Answers, soft',
    explanation:
      'As answers only, and the student learns how sure the teacher was of every token, after its own reasoning.',
  },
  cot: {
    label: 'Unfiltered rationales',
    explanation: 'The student learns everything the teacher wrote, mistakes and detours included.',
  },
  'cot-soft': {
    label: 'Unfiltered rationales, soft',
    explanation:
      'As unfiltered rationales, and the student learns how sure the teacher was of every token.',
  },
  'cot-answer-filter': {
    label: 'Rationales with the right answer',
    explanation:
      'The student learns the teacher’s rationales that end in the right answer, whatever their steps.',
  },
  'cot-diverse': {
    label: 'Several right rationales',
    explanation:
      'The teacher writes several rationales for every problem, and the student learns all different ones that end in the right answer (Ho et al.).',
  },
  'rules-only': {
    label: 'Winnowed by rules alone',
    explanation:
      'The student learns what the checks keep that know neither the answer nor the solution.',
  },
  'equation-only': {
    label: 'Winnowed, equations only',
    explanation:
      'The student learns the equations of the winnowed rationales, without their words.',
  },
  'feedback-without-student-loop': {
    label: 'Winnowed, trained once',
    explanation: 'The student learns the winnowed rationales without its own failures counting.',
  },
  feedback: {
    label: 'Winnowed rationales',
    explanation:
      'The student learns only the steps that the feedback module kept or repaired; in further rounds, those it fails at count more.',
  },
  'feedback-soft': {
    label: 'Winnowed rationales, soft',
    explanation:
      'As winnowed rationales, and the student learns how sure the teacher is of every token of them.',
  },
};

export const STAGE_WORDING: Readonly<Record<StageName, Wording>> = {
  data: { label: 'Data', explanation: 'Problems are prepared, cleaned and split.' },
  rationale: {
    label: 'Rationales',
    explanation: 'The teacher writes its reasoning for every training problem, step by step.',
  },
  feedback: {
    label: 'Feedback',
    explanation: 'Every step is checked, and kept, rejected or repaired.',
  },
  train: {
    label: 'Training',
    explanation: 'A copy of the student trains for each method, all on the same token budget.',
  },
  evaluate: {
    label: 'Evaluation',
    explanation: 'Each student answers problems, most of which it has never seen.',
  },
  report: { label: 'Report', explanation: 'The methods are compared with each other.' },
};

export const STATE_LABELS: Readonly<Record<StageState, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
};

export const STATUS_LABELS: Readonly<Record<StudyStatus, string>> = {
  idle: 'Not started',
  running: 'Running',
  paused: 'Paused',
  done: 'Finished',
  failed: 'Stopped by an error',
};

export const VERDICT_WORDING: Readonly<Record<Verdict, Wording>> = {
  kept: { label: 'Kept', explanation: 'The step passed every check and is taught as written.' },
  rejected: { label: 'Rejected', explanation: 'The step is not taught.' },
  repaired: { label: 'Repaired', explanation: 'The step was replaced by a corrected one.' },
};

export const REASON_WORDING: Readonly<Record<Reason, Wording>> = {
  malformed: {
    label: 'Malformed',
    explanation: 'The step does not follow the grammar, so it cannot be checked.',
  },
  repeated: { label: 'Repeated', explanation: 'The step says again what an earlier step said.' },
  arithmetic: { label: 'Wrong arithmetic', explanation: 'The calculation does not come out.' },
  ungrounded: {
    label: 'Ungrounded',
    explanation: 'The step uses a number that is neither in the question nor in an earlier result.',
  },
  'off-topic': {
    label: 'Off topic',
    explanation: 'The step shares neither a number nor a word with the question.',
  },
  'contradicts-gold': {
    label: 'Contradicts the gold answer',
    explanation: 'The step leads away from the answer that the problem’s author gives.',
  },
  redundant: {
    label: 'Redundant',
    explanation: 'The step may be right, but the answer does not need it.',
  },
};

export const SIGNAL_WORDING: Readonly<Record<LikelihoodSignal, Wording>> = {
  'information-gain': {
    label: 'Information gain',
    explanation:
      'How much likelier the gold answer is behind this step than right before it, in nats a token of the answer.',
  },
  'leave-one-out': {
    label: 'Leave-one-out',
    explanation:
      'How much less likely the gold answer is behind the rationale without this step, in nats a token of the answer.',
  },
  following: {
    label: 'What follows',
    explanation:
      'How much likelier this step makes the later steps and the gold answer, in nats a token of them.',
  },
};

export const MODEL_WORDING: Readonly<Record<LikelihoodModel, string>> = {
  teacher: 'teacher',
  student: 'student before training',
};

export const PROVENANCE_WORDING: Readonly<Record<Provenance, Wording>> = {
  teacher: { label: 'Teacher', explanation: 'Taught exactly as the teacher wrote it.' },
  'teacher-trimmed': {
    label: 'Teacher, trimmed',
    explanation: 'The teacher’s rationale with some steps deleted or merged.',
  },
  continued: {
    label: 'Continued',
    explanation:
      'The first steps of a rejected attempt are taught, and what the teacher wrote when it went on from them again.',
  },
  resampled: {
    label: 'Resampled',
    explanation: 'The first attempt was rejected; a later attempt of the teacher is taught.',
  },
  hinted: {
    label: 'Hinted',
    explanation:
      'Every attempt was rejected until the teacher was told the gold answer; that attempt is taught.',
  },
  'by-hand': {
    label: 'By hand',
    explanation: 'Verdicts given by hand decided which steps of the teacher are taught.',
  },
  gold: {
    label: 'Gold',
    explanation: 'Every attempt was rejected, so the author’s own solution is taught.',
  },
  none: {
    label: 'Left out',
    explanation: 'Nothing usable was left, so the problem is not taught.',
  },
};

export const SPLIT_WORDING: Readonly<Record<SplitName, Wording>> = {
  train: { label: 'Train', explanation: 'Problems the student has trained on.' },
  validation: {
    label: 'Validation',
    explanation: 'Unseen problems used to choose the best checkpoint.',
  },
  test: { label: 'Test', explanation: 'Unseen problems used for nothing but this table.' },
};

export const METRIC_WORDING = {
  exactMatch: {
    label: 'Exact match',
    explanation:
      'Share of problems whose final answer, the number after ####, equals the gold answer.',
  },
  flexibleExactMatch: {
    label: 'Exact match, read flexibly',
    explanation:
      'The same, where the last number of an output without #### counts as its answer too.',
  },
  tokenAccuracy: {
    label: 'Token accuracy',
    explanation:
      'Share of target tokens predicted when the right tokens before them are given. Not the share of problems solved, and usually far higher.',
  },
  formatRate: {
    label: 'Format rate',
    explanation: 'Share of outputs that end in #### and a number, as asked.',
  },
} as const satisfies Record<string, Wording>;

/** A way of answering, such as `Majority of 5 drawn answers, with a calculator`. */
export function decodingLabel({ samples, calculator }: Decoding): string {
  if (samples <= 1) return calculator ? 'Greedy, with a calculator' : 'Greedy';
  return calculator
    ? `Majority of ${samples} drawn answers, with a calculator`
    : `Majority of ${samples} drawn answers`;
}
