/** How traces are listed: what a line of the list says, which conditions and orders there are, and what is counted. */

import type { Provenance, Reason, Verdict } from './trace';

/** Numbers of steps as the list counts them: long chains are rare, so the longest share one entry. */
export const STEP_COUNTS = ['0', '1', '2', '3', '4', '5', '6', '7', '8+'] as const;
export type StepCount = (typeof STEP_COUNTS)[number];

/** How the trained students did on a problem, over those that were asked it. */
export const STUDENT_OUTCOMES = ['all-right', 'some-wrong', 'all-wrong', 'not-asked'] as const;
export type StudentOutcome = (typeof STUDENT_OUTCOMES)[number];

/** What examinations of students between rounds of training made of a problem. */
export const LOOP_OUTCOMES = ['changed', 'failed', 'passed'] as const;
/** `changed` is taught otherwise after a round, `failed` had a step the student did not reach, `passed` never had. */
export type LoopOutcome = (typeof LOOP_OUTCOMES)[number];

export const TRACE_ORDERS = [
  'problem',
  'most-rejected',
  'hardest',
  'easiest',
  'longest',
  'shortest',
] as const;
/** `problem` is the order of the training problems; ties of the others keep it. */
export type TraceOrder = (typeof TRACE_ORDERS)[number];

/** One line of the trace list. */
export interface TraceRow {
  readonly problemId: string;
  readonly index: number;
  readonly question: string;
  readonly difficulty: number;
  /** Was the teacher's greedy answer right? */
  readonly greedyRight: boolean;
  readonly provenance: Provenance | null;
  /** Verdicts over the steps of the greedy rationale; all 0 until it is judged. */
  readonly kept: number;
  readonly rejected: number;
  readonly repaired: number;
  readonly reasons: readonly Reason[];
  readonly students: StudentOutcome;
  /** The runs whose student answered this problem wrongly. */
  readonly failedRuns: readonly string[];
  /** Empty where no student was examined on it. */
  readonly loop: readonly LoopOutcome[];
}

/** The conditions that choose among few values. Each narrows the list, and each is counted under all the others. */
export interface TraceConditions {
  /** The greedy rationale has a step with this verdict. */
  readonly verdict?: Verdict;
  readonly reason?: Reason;
  readonly provenance?: Provenance;
  /** The teacher's greedy answer. */
  readonly answer?: 'right' | 'wrong';
  /** Gold steps. */
  readonly difficulty?: StepCount;
  /** Steps of the greedy rationale, as far as they are judged. */
  readonly length?: StepCount;
  readonly students?: StudentOutcome;
  /** A run whose student answered wrongly. */
  readonly failedRun?: string;
  readonly loop?: LoopOutcome;
}

export type TraceCondition = keyof TraceConditions;

/** Which traces to list; conditions combine with "and", absent ones do not restrict. */
export interface TraceFilter extends TraceConditions {
  /** Words that occur in the question, the gold solution or anything the teacher wrote, in whatever order. */
  readonly text?: string;
}

/** What is shown of a study's traces, and in which order. */
export interface TraceSelection {
  readonly filter: TraceFilter;
  readonly order: TraceOrder;
}

/** All of them, as they come. */
export const ALL_TRACES: TraceSelection = { filter: {}, order: 'problem' };

/** For every condition, how many traces each of its values would leave under the other conditions; absent means 0. */
export type TraceCounts = Readonly<Record<TraceCondition, Readonly<Record<string, number>>>>;

export interface TraceListing {
  /** Those that meet the filter, in the order asked for. */
  readonly rows: readonly TraceRow[];
  /** Traces of the study. */
  readonly total: number;
  readonly counts: TraceCounts;
}
