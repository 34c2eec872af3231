/** What likelihoods decided in a study and what they took: a part of its snapshot and of its report. */

import type { FittedThreshold } from '../feedback/likelihood/thresholds';
import type { Taking } from './taking';

export interface LikelihoodSummary {
  /** Why the rules decide alone after all, a sentence; empty where they do not. */
  readonly refusal: string;
  /** Fitted on the validation split before the first problem was judged. */
  readonly thresholds: readonly FittedThreshold[];
  /** What fitting took. */
  readonly fit: Taking;
  /** What the problems decided so far took. */
  readonly scoring: Taking;
  /** Problems decided so far. */
  readonly problems: number;
  /** Steps that likelihoods were asked about, and those among them that a model found helpful. */
  readonly steps: number;
  readonly helpful: number;
}
