/** Measuring a student on the validation problems while it trains. */

import type { Problem } from '../data/problem';
import { answerProblems, goldExamples, problemBatches } from './answering';
import type { StudyConfiguration } from './configuration';
import { gradeOutput } from './grading';
import type { Student } from './models';
import type { Method } from './methods';
import type { ValidationPoint } from './snapshot';
import type { StageContext } from './stage-context';

/**
 * Loss and token accuracy over all validation problems, exact match over the first of them.
 *
 * @throws PauseRequested between two batches.
 */
export async function validate(
  context: Pick<StageContext, 'models' | 'rest'>,
  student: Student,
  method: Method,
  update: number,
  problems: readonly Problem[],
  configuration: StudyConfiguration,
): Promise<ValidationPoint> {
  const { tokenizer } = context.models;
  const { batchSize } = configuration.evaluation;
  const sums = { loss: 0, tokens: 0, correct: 0 };
  for (const batch of problemBatches(problems, tokenizer, batchSize)) {
    await context.rest();
    const scores = await student.scoreTargets(goldExamples(tokenizer, method, batch), batchSize);
    for (const { logProbability, tokens, correct } of scores) {
      sums.loss -= logProbability;
      sums.tokens += tokens;
      sums.correct += correct;
    }
  }
  const asked = problems.slice(0, configuration.training.validationExactMatchProblems);
  let right = 0;
  for (const batch of problemBatches(asked, tokenizer, batchSize)) {
    await context.rest();
    const { maximumTokens } = configuration.rationale;
    const outputs = await answerProblems(student, tokenizer, method, batch, maximumTokens);
    right += batch.filter((problem, index) => {
      const output = outputs[index] ?? { text: '', tokens: 0 };
      return gradeOutput(problem, 'validation', method, output, null).correct;
    }).length;
  }
  return {
    update,
    loss: sums.loss / Math.max(1, sums.tokens),
    exactMatch: right / Math.max(1, asked.length),
    tokenAccuracy: sums.correct / Math.max(1, sums.tokens),
  };
}

/** Is `candidate` the better student: more exact matches, or as many at a lower loss? */
export function isBetter(candidate: ValidationPoint, best: ValidationPoint | undefined): boolean {
  if (best === undefined || candidate.exactMatch !== best.exactMatch) {
    return best === undefined || candidate.exactMatch > best.exactMatch;
  }
  return candidate.loss < best.loss;
}
