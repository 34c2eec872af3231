/** What likelihoods decided in a study and what they took: a part of its snapshot and of its report. */

import type { FittedThreshold } from '../feedback/likelihood/thresholds';

/** What a number of scored sequences took. */
export interface LikelihoodTaking {
  /** Decoder sequences, over both models. */
  readonly sequences: number;
  /** Tokens in them that were asked about. */
  readonly tokens: number;
  readonly seconds: number;
}

export interface LikelihoodSummary {
  /** Why the rules decide alone after all, a sentence; empty where they do not. */
  readonly refusal: string;
  /** Fitted on the validation split before the first problem was judged. */
  readonly thresholds: readonly FittedThreshold[];
  /** What fitting took. */
  readonly fit: LikelihoodTaking;
  /** What the problems decided so far took. */
  readonly scoring: LikelihoodTaking;
  /** Problems decided so far. */
  readonly problems: number;
  /** Steps that likelihoods were asked about, and those among them that a model found helpful. */
  readonly steps: number;
  readonly helpful: number;
}

/** What scoring takes for a thousand traces, from what it took so far. */
export function takingPerThousand({ scoring, problems }: LikelihoodSummary): LikelihoodTaking {
  const scaled = (amount: number): number => (1000 * amount) / Math.max(1, problems);
  return {
    sequences: scaled(scoring.sequences),
    tokens: scaled(scoring.tokens),
    seconds: scaled(scoring.seconds),
  };
}
