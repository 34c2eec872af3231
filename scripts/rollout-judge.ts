/** The way of judging that also makes the pocket teacher go on from wrong rationales, for `npm run feedback:inject`. */

import { concludingStepOf } from '../src/feedback/assess';
import type { InjectionCase, InjectionJudge } from '../src/feedback/injection/measure';
import { judgeRationale, type Judgement } from '../src/feedback/judge';
import {
  decideByRollouts,
  type ContinuableRationale,
  type RolloutRequest,
} from '../src/feedback/rollouts/decide';
import { writeRollouts } from '../src/feedback/rollouts/write';
import type { RolloutPlace } from '../src/rationale/rollouts';
import type { Taken } from './likelihood-judge';
import { presetConfiguration } from '../src/study/presets';
import type { StudyModels } from '../src/study/models';
import { solvePrompt } from '../src/text/prompts';

/** As studies of the page have them. */
const { rationale: SAMPLING, feedback: FEEDBACK } = presetConfiguration('demo');

/** What the teacher wrote, and what that took. */
export interface RolloutJudge extends InjectionJudge {
  /** A sequence is one continuation. */
  readonly taken: Taken;
}

/** Judges by rules, gold values and rollouts, without a budget. */
export function rolloutJudge({ teacher, tokenizer }: StudyModels, seed: number): RolloutJudge {
  const taken = { rationales: 0, sequences: 0, tokens: 0, seconds: 0 };
  const goOn = async (
    cases: readonly InjectionCase[],
    requests: readonly RolloutRequest[],
  ): Promise<RolloutPlace[]> => {
    const { batchSize, maximumTokens, temperature } = SAMPLING;
    const starts = requests.flatMap(({ rationale, begin }) => {
      const context = cases[rationale]?.context;
      if (context === undefined) return [];
      const { question } = context;
      return [{ problem: question, prompt: solvePrompt(question), begin, context }];
    });
    const written = await writeRollouts(teacher, tokenizer, starts, {
      count: FEEDBACK.rolloutContinuations,
      batchSize,
      maximumTokens,
      temperature,
      seed,
      rest: async () => {},
    });
    const all = written.flat();
    taken.sequences += all.length;
    taken.tokens += all.reduce((sum, { tokens }) => sum + tokens, 0);
    return requests.map(({ steps }, index) => ({ steps, rollouts: written[index] ?? [] }));
  };
  return {
    name: '+ rollouts',
    taken,
    judge: async (cases) => {
      const began = performance.now();
      const judging = cases.map(continuable);
      await decideByRollouts(judging, async (requests) => goOn(cases, requests));
      taken.rationales += cases.length;
      taken.seconds += (performance.now() - began) / 1000;
      return judging.map(({ judgement }) => judgement());
    },
  };
}

/** A rationale judged by rules and gold values, and again with what the teacher wrote. */
function continuable({ text, context }: InjectionCase): ContinuableRationale & {
  readonly judgement: () => Judgement;
} {
  let judgement = judgeRationale(text, context);
  let places: readonly RolloutPlace[] = [];
  return {
    goldAnswer: context.goldAnswer,
    answer: judgement.answer,
    concludingStep: concludingStepOf(text),
    get steps() {
      return judgement.steps;
    },
    get places() {
      return places;
    },
    judgeAgain: (rollouts) => {
      places = rollouts;
      judgement = judgeRationale(text, context, { trimRedundant: true, rollouts });
    },
    judgement: () => judgement,
  };
}
