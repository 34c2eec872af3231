/** What goes wrong in a student's own rationales, by the first step that the feedback checks find wrong. */

import { assessRationale } from '../feedback/assess';
import { HARMLESS_REASONS, readFacts, type JudgeContext } from '../feedback/evidence';
import { REASONS, type Reason } from '../rationale/trace';

export interface StudentErrors {
  /** Outputs with another answer than the gold one, or none. */
  readonly wrong: number;
  /** Wrong outputs by the reason of their first wrong step. */
  readonly byReason: Readonly<Record<Reason, number>>;
  /** Wrong outputs in which no step is found wrong. */
  readonly withoutReason: number;
  /** Wrong outputs that end without a final answer; they are counted above too. */
  readonly withoutAnswer: number;
  readonly right: number;
  /** Right outputs with a step that is found wrong. */
  readonly rightWithWrongStep: number;
}

/** A student's output beside its problem. */
export interface AnsweredChain {
  readonly problem: JudgeContext;
  readonly output: string;
  readonly answer: string | null;
  readonly correct: boolean;
}

/** Why the first wrong step is wrong; null where none is. Superfluous and repeated steps are not wrong. */
function firstReason({ problem, output }: AnsweredChain): Reason | null {
  const { steps } = assessRationale(output, readFacts(problem));
  const wrong = steps.find(
    ({ failure }) => failure !== null && !HARMLESS_REASONS.has(failure.reason),
  );
  return wrong?.failure?.reason ?? null;
}

/** Judges every output with the gold solution in sight, as the teacher's are judged, and counts. */
export function studentErrors(chains: readonly AnsweredChain[]): StudentErrors {
  const judged = chains.map((chain) => ({ ...chain, reason: firstReason(chain) }));
  const wrong = judged.filter(({ correct }) => !correct);
  const right = judged.filter(({ correct }) => correct);
  const count = (reason: Reason | null): number =>
    wrong.filter((chain) => chain.reason === reason).length;
  const byReason: Record<Reason, number> = {
    malformed: 0,
    repeated: 0,
    arithmetic: 0,
    ungrounded: 0,
    'off-topic': 0,
    'contradicts-gold': 0,
    redundant: 0,
  };
  for (const reason of REASONS) byReason[reason] = count(reason);
  return {
    wrong: wrong.length,
    byReason,
    withoutReason: count(null),
    withoutAnswer: wrong.filter(({ answer }) => answer === null).length,
    right: right.length,
    rightWithWrongStep: right.filter(({ reason }) => reason !== null).length,
  };
}
