/** Self-consistency: the answer that most of several drawn outputs end in (Wang et al. 2022). */

import { sameAnswer } from './answer';

/**
 * Index of the first output with the most frequent answer, answers being equal by value; of equally frequent ones the
 * first to occur. Outputs without an answer have no vote; 0 where none has one.
 *
 * @param answers one an output, as `readAnswer` gives it
 */
export function majorityIndex(answers: readonly (string | null)[]): number {
  const votes = answers.map(
    (answer) => answers.filter((other) => sameAnswer(answer, other)).length,
  );
  const most = Math.max(0, ...votes);
  return most === 0 ? 0 : votes.indexOf(most);
}
