/** The way of judging that also asks the pocket pair for likelihoods, for `npm run feedback:inject`. */

import { askModels, type AskedModel } from '../src/feedback/likelihood/ask';
import {
  asksByThresholds,
  decideOpenSteps,
  type OpenRationale,
} from '../src/feedback/likelihood/decide';
import { fittingCases } from '../src/feedback/likelihood/fitting-cases';
import { fitThresholds, type FittedThreshold } from '../src/feedback/likelihood/thresholds';
import type { InjectionCase, InjectionJudge } from '../src/feedback/injection/measure';
import { judgeRationale, type JudgeContext, type Judgement } from '../src/feedback/judge';
import { markdownTable, percent } from '../src/feedback/measured-table';
import type { StudyModels } from '../src/study/models';
import { perThousand, type Taking } from '../src/study/taking';
import { solvePrompt } from '../src/text/prompts';

/** Most rationales in a decoder at a time. */
const BATCH_SIZE = 64;

/** What judging so many rationales took; it grows with every one. */
export interface Taken {
  rationales: number;
  /** Decoder sequences, and tokens in them that were asked about or written. */
  sequences: number;
  tokens: number;
  seconds: number;
}

/** What a pair of models said, and what that took. */
export interface LikelihoodJudge extends InjectionJudge {
  readonly thresholds: readonly FittedThreshold[];
  /** For judging, fitting left out. */
  readonly taken: Taken;
}

/** Teacher and student, the student as it is before training. */
async function askedModels(models: StudyModels): Promise<AskedModel[]> {
  const { teacher } = models;
  const student = await models.loadStudent(null, null);
  return [
    {
      model: 'teacher',
      promptOf: solvePrompt,
      scoreRationales: async (questions) => {
        if (teacher.scoreRationales === undefined)
          throw new Error(`Expected a teacher that gives likelihoods, found ${teacher.name}.`);
        return teacher.scoreRationales(questions, BATCH_SIZE);
      },
    },
    {
      model: 'student',
      promptOf: solvePrompt,
      scoreRationales: async (questions) => student.scoreRationales(questions, BATCH_SIZE),
    },
  ];
}

/**
 * Fits thresholds on injected errors of `fitting`, and judges by rules, gold values and likelihoods.
 *
 * @param seed of the injected errors
 */
export async function likelihoodJudge(
  models: StudyModels,
  fitting: readonly JudgeContext[],
  seed: number,
): Promise<LikelihoodJudge> {
  const asked = await askedModels(models);
  const cases = fittingCases(fitting, seed).flat();
  const { measured } = await askModels(cases, asked, () => true);
  const thresholds = fitThresholds(
    measured.map(({ request, ...signal }) => ({
      ...signal,
      label: cases[request]?.label ?? 'clean',
    })),
  );
  const asks = asksByThresholds(thresholds);
  const taken = { rationales: 0, sequences: 0, tokens: 0, seconds: 0 };
  return {
    name: '+ likelihoods',
    thresholds,
    taken,
    judge: async (rationales) => {
      const began = performance.now();
      const judging = rationales.map(openRationale);
      await decideOpenSteps(judging, thresholds, async (requests) => {
        const { measured: own, cost } = await askModels(requests, asked, asks);
        taken.sequences += cost.sequences;
        taken.tokens += cost.tokens;
        return own;
      });
      taken.rationales += rationales.length;
      taken.seconds += (performance.now() - began) / 1000;
      return judging.map(({ judgement }) => judgement());
    },
  };
}

/** A rationale judged by rules and gold values, and again once more is known. */
function openRationale({ text, context }: InjectionCase): OpenRationale & {
  readonly judgement: () => Judgement;
} {
  let judgement = judgeRationale(text, context);
  return {
    question: context.question,
    goldAnswer: context.goldAnswer,
    answer: judgement.answer,
    get steps() {
      return judgement.steps;
    },
    judgeAgain: (likelihoods) => {
      judgement = judgeRationale(text, context, { trimRedundant: true, likelihoods });
    },
    judgement: () => judgement,
  };
}

/** What judging took, and would take for a thousand rationales: a sentence. */
export function formatTaken({ rationales, ...taking }: Taken): string {
  const words = ({ sequences, tokens, seconds }: Taking): string =>
    `${sequences.toFixed(0)} sequences, ${tokens.toFixed(0)} tokens, ${seconds.toFixed(1)} s`;
  return `${rationales} rationales: ${words(taking)}; a thousand rationales ${words(perThousand(taking, rationales))}.`;
}

/** What was fitted and what judging took, as Markdown. */
export function formatLikelihoods({ thresholds, taken }: LikelihoodJudge): string {
  const table = markdownTable(
    ['signal', 'model', 'threshold', 'clean steps', 'kept', 'injected', 'found', 'asked'],
    thresholds.map((fitted) => [
      fitted.signal,
      fitted.model,
      fitted.threshold.toFixed(3),
      `${fitted.clean}`,
      percent(fitted.retention * fitted.clean, fitted.clean),
      `${fitted.injected}`,
      percent(fitted.recall * fitted.injected, fitted.injected),
      fitted.used ? 'yes' : 'no',
    ]),
  );
  return `${table}\n\n${formatTaken(taken)}`;
}
