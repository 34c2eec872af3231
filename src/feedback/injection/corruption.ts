/** What an injected error is: a clean rationale with one thing wrong in it, labelled step by step. */

import type { JudgeContext } from '../judge';

/** Every kind of error that is injected. */
export const CORRUPTION_KINDS = [
  'malformed',
  'wrong-result',
  'ungrounded-operand',
  'grounded-operand',
  'wrong-operator',
  'foreign-step',
  'duplicate',
  'dropped-step',
  'reordered-step',
  'off-topic-prose',
  'restatement',
  'superfluous-step',
] as const;
export type CorruptionKind = (typeof CORRUPTION_KINDS)[number];

/**
 * `injected`: should be rejected. `consequence`: computed from what was injected, so that neither verdict is wrong.
 * `clean`: as the author wrote it, and should be kept.
 */
export type StepLabel = 'clean' | 'injected' | 'consequence';

export interface CorruptedRationale {
  readonly kind: CorruptionKind;
  /** In the rationale grammar. */
  readonly text: string;
  /** One label a step of `text`. */
  readonly labels: readonly StepLabel[];
  readonly context: JudgeContext;
}

/** One step of a rationale in the making. */
export interface LabelledStep {
  readonly text: string;
  readonly label: StepLabel;
}
