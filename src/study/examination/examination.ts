/** What the parts of an examination share: whose it is, and what they find. */

import type { StudentRound } from '../../rationale/student-round';
import type { Method } from '../methods';
import type { StudentLoopSummary } from '../snapshot';
import type { StageContext } from '../stage-context';

export interface Examination {
  readonly context: StageContext;
  readonly method: Method;
  /** The round of training that has ended, counted from 1. */
  readonly round: number;
}

/** A problem's round with what one part of the examination added to it. */
export interface Found {
  /** The trace's. */
  readonly index: number;
  readonly round: StudentRound;
  /** What it adds to the summary. */
  readonly counts: Partial<Omit<StudentLoopSummary, 'method' | 'round' | 'elapsedMs'>>;
}
