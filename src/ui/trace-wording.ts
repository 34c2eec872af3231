/** The words of the trace list: its conditions, their values and its orders. */

import {
  LOOP_OUTCOMES,
  STEP_COUNTS,
  STUDENT_OUTCOMES,
  type LoopOutcome,
  type StudentOutcome,
  type TraceOrder,
} from '../rationale/trace-listing';
import { PROVENANCES, REASONS } from '../rationale/trace';
import { PROVENANCE_WORDING, REASON_WORDING } from './wording';

export const ORDER_LABELS: Readonly<Record<TraceOrder, string>> = {
  problem: 'in their order',
  'most-rejected': 'most rejected steps first',
  hardest: 'hardest first',
  easiest: 'easiest first',
  longest: 'longest rationale first',
  shortest: 'shortest rationale first',
};

const OUTCOME_LABELS: Readonly<Record<StudentOutcome, string>> = {
  'all-right': 'all right',
  'some-wrong': 'some wrong',
  'all-wrong': 'all wrong',
  'not-asked': 'not asked',
};

/** One value of a condition. */
export interface ConditionChoice {
  readonly value: string;
  readonly label: string;
}

/** A condition that is chosen from a list. */
export interface ListedCondition {
  readonly name: 'reason' | 'provenance' | 'difficulty' | 'length' | 'students' | 'loop';
  readonly label: string;
  /** What it says where it does not restrict. */
  readonly any: string;
  readonly choices: readonly ConditionChoice[];
}

const LOOP_LABELS: Readonly<Record<LoopOutcome, string>> = {
  changed: 'changed what is taught',
  failed: 'found a step the student failed at',
  passed: 'found none',
};

const stepChoices = STEP_COUNTS.map((value) => ({
  value,
  label: value === '8+' ? '8 or more' : value,
}));

export const LISTED_CONDITIONS: readonly ListedCondition[] = [
  {
    name: 'reason',
    label: 'A step failed for',
    any: 'any reason or none',
    choices: REASONS.map((value) => ({ value, label: REASON_WORDING[value].label.toLowerCase() })),
  },
  {
    name: 'provenance',
    label: 'Taught from',
    any: 'anywhere',
    choices: PROVENANCES.map((value) => ({
      value,
      label: PROVENANCE_WORDING[value].label.toLowerCase(),
    })),
  },
  {
    name: 'difficulty',
    label: 'Steps of the author',
    any: 'any number',
    choices: stepChoices,
  },
  {
    name: 'length',
    label: 'Steps of the teacher',
    any: 'any number',
    choices: stepChoices,
  },
  {
    name: 'students',
    label: 'The students were',
    any: 'asked or not',
    choices: STUDENT_OUTCOMES.map((value) => ({ value, label: OUTCOME_LABELS[value] })),
  },
  {
    name: 'loop',
    label: 'Between rounds of training, the examination',
    any: 'took place or not',
    choices: LOOP_OUTCOMES.map((value) => ({ value, label: LOOP_LABELS[value] })),
  },
];
