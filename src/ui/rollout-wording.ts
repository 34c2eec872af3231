/** What rollouts say of a step, in a sentence. */

import { fallsAtStep, leadsOn, type StepRollouts } from '../rationale/rollouts';

/** Empty where they say nothing of the step. */
export function rolloutSentence(rollouts: StepRollouts): string {
  const { before, behind } = rollouts;
  if (behind === null) return '';
  if (leadsOn(rollouts))
    return `When the teacher goes on from behind step ${behind.steps}, it reaches the right answer ${behind.right} of ${behind.of} times.`;
  if (before !== null && fallsAtStep(rollouts))
    return `When the teacher goes on from before this step, it reaches the right answer ${before.right} of ${before.of} times; from behind it, never.`;
  return behind.steps === 0
    ? 'The teacher never reaches the right answer from the question either.'
    : `From behind step ${behind.steps} on the teacher never reaches the right answer.`;
}
