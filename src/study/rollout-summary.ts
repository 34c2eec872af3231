/** What rollouts decided in a study and what they took: a part of its snapshot and of its report. */

import type { Taking } from './taking';

export interface RolloutSummary {
  /** Why there are none after all, a sentence; empty where there are. */
  readonly refusal: string;
  /** What the problems decided so far took; a sequence is one continuation. */
  readonly taking: Taking;
  /** Problems decided so far. */
  readonly problems: number;
  /** Wrong rationales that the teacher went on from. */
  readonly rationales: number;
  /** Their steps without a gold value that a verified continuation builds on, and steps that continuations blamed. */
  readonly acquitted: number;
  readonly blamed: number;
  /** Problems that a continuation is taught of. */
  readonly continued: number;
}
