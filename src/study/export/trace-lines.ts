/** Traces as flat records with the same columns, which `datasets` reads without a schema: one for each training problem. */

import { verdictOf } from '../../rationale/taught';
import type { Trace } from '../../rationale/trace';

/** How traces are exported: with everything in them, or in flat columns. */
export const TRACE_LAYOUTS = ['full', 'flat'] as const;
export type TraceLayout = (typeof TRACE_LAYOUTS)[number];

/** Columns keep their names and types from line to line; nothing is null. The full traces hold more, nested. */
export interface TraceLine {
  readonly problem_id: string;
  readonly split: string;
  readonly question: string;
  readonly gold_rationale: string;
  readonly gold_answer: string;
  readonly difficulty: number;
  /** The teacher's greedy rationale, its answer (empty where it has none), and whether that is right. */
  readonly teacher_rationale: string;
  readonly teacher_answer: string;
  readonly teacher_right: boolean;
  /** The steps of that rationale, and of each its verdict and the reason, empty where it was kept. */
  readonly steps: readonly string[];
  readonly verdicts: readonly string[];
  readonly reasons: readonly string[];
  /** Samples of the teacher that the feedback judged, the greedy one among them. */
  readonly samples: number;
  /** What the `feedback` method is taught, empty where nothing is; and where that comes from. */
  readonly taught_rationale: string;
  readonly provenance: string;
  /** Further samples for the method with several rationales a problem, and of each whether its answer is right. */
  readonly further_rationales: readonly string[];
  readonly further_right: readonly boolean[];
}

export function traceLine(trace: Trace): TraceLine {
  const [greedy] = trace.samples;
  const steps = trace.judged[0]?.steps ?? [];
  const further = trace.diverse ?? [];
  return {
    problem_id: trace.problemId,
    split: trace.split,
    question: trace.question,
    gold_rationale: trace.goldRationale,
    gold_answer: trace.goldAnswer,
    difficulty: trace.difficulty,
    teacher_rationale: greedy?.text ?? '',
    teacher_answer: greedy?.answer ?? '',
    teacher_right: greedy?.answer === trace.goldAnswer,
    steps: steps.map(({ text }) => text),
    verdicts: steps.map(verdictOf),
    reasons: steps.map(({ reason }) => reason ?? ''),
    samples: trace.samples.length,
    taught_rationale: trace.winnowed ?? '',
    provenance: trace.provenance ?? '',
    further_rationales: further.map(({ text }) => text),
    further_right: further.map(({ answer }) => answer === trace.goldAnswer),
  };
}
