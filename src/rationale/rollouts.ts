/** Rollouts: what a teacher writes when it goes on from behind some steps of a rationale, and what that says of a step. */

/** One continuation. */
export interface Rollout {
  /** With the steps it went on from, in the rationale grammar. */
  readonly text: string;
  /** Generated tokens, the end token included. */
  readonly tokens: number;
  /** Whether it ends in the gold answer. */
  readonly right: boolean;
  /** Indices of the steps it went on from that it builds on; empty where it is not verified as a whole. */
  readonly buildsOn: readonly number[];
}

/** The continuations from one place of a rationale. */
export interface RolloutPlace {
  /** Steps of the rationale that they went on from. */
  readonly steps: number;
  readonly rollouts: readonly Rollout[];
}

/** How many of the continuations from one place end in the gold answer. */
export interface RolloutTally {
  /** Steps before the place. */
  readonly steps: number;
  readonly right: number;
  readonly of: number;
}

/** What continuations say of the places right before a step and right behind it; null where they say nothing. */
export interface StepRollouts {
  readonly before: RolloutTally | null;
  readonly behind: RolloutTally | null;
  /**
   * True where a verified continuation builds on the step. One that reaches the gold answer without it, or over a false
   * calculation, says nothing for it.
   */
  readonly vouched: boolean;
}

/** The continuations of one place, counted. */
export function tally({ steps, rollouts }: RolloutPlace): RolloutTally {
  return { steps, right: rollouts.filter(({ right }) => right).length, of: rollouts.length };
}

/**
 * What is known of the place behind so many steps. Where a later place leads to the gold answer, so does this one, over
 * the steps between them; where an earlier place never does, neither does this one.
 */
function tallyAt(tallies: readonly RolloutTally[], steps: number): RolloutTally | null {
  const own = tallies.find((each) => each.steps === steps && each.right > 0);
  const later = tallies
    .filter((each) => each.steps > steps && each.right > 0)
    .toSorted((first, second) => first.steps - second.steps)[0];
  const earlier = tallies
    .filter((each) => each.steps <= steps && each.right === 0)
    .toSorted((first, second) => second.steps - first.steps)[0];
  return own ?? later ?? earlier ?? null;
}

/** What the continuations from the places of a rationale say of its step with this index. */
export function rolloutsOfStep(places: readonly RolloutPlace[], index: number): StepRollouts {
  const tallies = places.map(tally).filter(({ of }) => of > 0);
  return {
    before: tallyAt(tallies, index),
    behind: tallyAt(tallies, index + 1),
    vouched: places.some(({ rollouts }) =>
      rollouts.some(({ buildsOn }) => buildsOn.includes(index)),
    ),
  };
}

/** True where the teacher reaches the gold answer from behind the step. */
export function leadsOn({ behind }: StepRollouts): boolean {
  return behind !== null && behind.right > 0;
}

/**
 * True where the teacher reaches the gold answer from before the step and no more from behind it: the hard estimate of
 * the step, as Math-Shepherd (Wang et al. 2024) has it, falls.
 */
export function fallsAtStep({ before, behind }: StepRollouts): boolean {
  return before !== null && behind !== null && before.right > 0 && behind.right === 0;
}

/** With fewer continuations a place, chance alone makes one fall from all to none in more than one of 256 cases. */
const FEWEST_FOR_ALL = 4;

/**
 * True where every continuation from right before the step ends in the gold answer and none from right behind it. If
 * the step changed nothing and a continuation were right with any probability p, the chance of this with n of them
 * a place would be (p (1 - p))^n, at most 4^-n.
 */
export function fallsFromAllToNone(rollouts: StepRollouts, index: number): boolean {
  const { before, behind } = rollouts;
  return (
    fallsAtStep(rollouts) &&
    before?.steps === index &&
    behind?.steps === index + 1 &&
    before.right === before.of &&
    Math.min(before.of, behind.of) >= FEWEST_FOR_ALL
  );
}
