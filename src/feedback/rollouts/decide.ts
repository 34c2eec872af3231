/** Judges wrong rationales again with what the teacher writes from behind their steps, until no decision depends on more. */

import type { RolloutPlace } from '../../rationale/rollouts';
import { rationaleBegin } from '../../text/grammar';
import { sameDecimal } from '../rational';
import { nextPlace, type WrongRationale } from './search';

/** A judged rationale that the teacher can be made to go on from. */
export interface ContinuableRationale extends WrongRationale {
  readonly goldAnswer: string;
  /** Its own final answer; null where it has none. */
  readonly answer: string | null;
  /** Judges it once more, with every place that the teacher went on from. */
  readonly judgeAgain: (places: readonly RolloutPlace[]) => void;
}

/** A place of a rationale that the teacher should go on from. */
export interface RolloutRequest {
  /** Which of the rationales. */
  readonly rationale: number;
  /** Steps before the place. */
  readonly steps: number;
  /** These steps, as the continuation is to begin. */
  readonly begin: string;
}

/**
 * @param goOn the continuations from each place, in the order of the requests; those that a budget does not pay for
 *   are left out at the end, which ends the asking
 */
export async function decideByRollouts(
  rationales: readonly ContinuableRationale[],
  goOn: (requests: readonly RolloutRequest[]) => Promise<readonly RolloutPlace[]>,
): Promise<void> {
  for (;;) {
    const requests = rationales.flatMap((rationale, index): RolloutRequest[] => {
      if (sameDecimal(rationale.answer, rationale.goldAnswer)) return [];
      const steps = nextPlace(rationale);
      if (steps === null) return [];
      const texts = rationale.steps.slice(0, steps).map(({ text }) => text);
      return [{ rationale: index, steps, begin: rationaleBegin(texts) }];
    });
    if (requests.length === 0) return;
    const found = await goOn(requests);
    found.forEach((place, index) => {
      const rationale = rationales[requests[index]?.rationale ?? -1];
      rationale?.judgeAgain(
        [...rationale.places, place].toSorted((first, second) => first.steps - second.steps),
      );
    });
    if (found.length < requests.length) return;
  }
}
