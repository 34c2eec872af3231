/** Stage "data": the problems of the study, generated or read from the visitor's files, and their splits. */

import type { ProblemFile } from '../../data/file-layout';
import { generatePocketProblems } from '../../data/pocket/generate';
import type { Problem, ProblemSplits } from '../../data/problem';
import { SPLIT_NAMES } from '../../data/problem';
import { readProblemFiles } from '../../data/problem-files';
import { hashSeed } from '../../data/random';
import { countDifficulties, countSplits, splitProblems } from '../../data/splits';
import { solvePrompt } from '../../text/prompts';
import { splitSizes, type StudyConfiguration } from '../configuration';
import type { StageContext } from '../stage-context';

/** Weights of 1, 2, 3, 4 and 5 steps: mostly short chains, which a student can learn in minutes. */
const STEP_WEIGHTS = [0, 12, 6, 2, 1];
/** Share of pocket problems with a number that the answer does not need. */
const DISTRACTOR_SHARE = 0.3;

export interface PreparedProblems {
  readonly splits: ProblemSplits;
  readonly dropped: Readonly<Record<string, number>>;
}

export async function prepareProblems(context: StageContext): Promise<void> {
  const { state, stores, models, log } = context;
  const { configuration } = state.record;
  state.beginStage('data', { done: 0, total: 0 });
  await context.rest();
  const prepared =
    configuration.data.source === 'pocket'
      ? generateProblems(configuration)
      : await readProblems(context);
  const limit = configuration.training.maximumInputTokens;
  const train = prepared.splits.train.filter(
    ({ question }) => models.tokenizer.encode(solvePrompt(question)).length <= limit,
  );
  const tooLong = prepared.splits.train.length - train.length;
  const splits = { ...prepared.splits, train };
  const dropped =
    tooLong === 0
      ? prepared.dropped
      : { ...prepared.dropped, [`training question longer than ${limit} tokens`]: tooLong };
  if (train.length === 0) {
    throw new Error(
      `Expected training problems of at most ${limit} tokens, found none. Start a study with a larger limit or shorter questions.`,
    );
  }
  const data = {
    train: train.length,
    validation: splits.validation.length,
    test: splits.test.length,
    dropped,
    difficulties: {
      train: countDifficulties(train),
      validation: countDifficulties(splits.validation),
      test: countDifficulties(splits.test),
    },
  };
  const total = data.train + data.validation + data.test;
  const left = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const detail = `${data.train} to train, ${data.validation} to validate, ${data.test} to test, ${left} dropped`;
  const stages = state.advanced('data', { done: total, total, detail });
  await state.commit({ data, stages }, (record) => stores.problems.commit(splits, record));
  log(`The study has its problems: ${detail}.`);
}

/** Held-out streams of pocket problems: no question occurs in two splits, and test is drawn first. */
export function generateProblems({ seed, data }: StudyConfiguration): PreparedProblems {
  const counts = {
    train: data.trainProblems,
    validation: data.validationProblems,
    test: data.testProblems,
  };
  const known = new Set<string>();
  const drawn: Record<string, readonly Problem[]> = {};
  for (const split of SPLIT_NAMES.toReversed()) {
    drawn[split] = generatePocketProblems({
      seed: hashSeed(seed, 'pocket', split),
      count: counts[split],
      stepWeights: STEP_WEIGHTS,
      distractorShare: DISTRACTOR_SHARE,
      excludeQuestions: known,
    }).map(({ id, source, question, goldRationale, goldAnswer, difficulty }): Problem => {
      known.add(question);
      return { id, source, question, goldRationale, goldAnswer, difficulty };
    });
  }
  const { train = [], validation = [], test = [] } = drawn;
  return { splits: { train, validation, test }, dropped: {} };
}

async function readProblems({ state, stores, readGsm8k }: StageContext): Promise<PreparedProblems> {
  const { studyId, configuration } = state.record;
  const files =
    configuration.data.source === 'gsm8k'
      ? await readGsm8k()
      : await stores.studies.readFiles(studyId);
  if (files.length === 0) {
    throw new Error(
      'This study reads problem files, and it has none. Start a new study and choose files.',
    );
  }
  const { problems, officialTest, dropped } = readProblemFiles(files);
  return { splits: splitProblems(problems, splitSizes(configuration), officialTest), dropped };
}

/**
 * Reads the files of a study that is about to start.
 *
 * @returns the files with their layouts settled, so that a study that goes on later, with a newer version
 * of this page even, reads them in the same way
 * @throws Error with a sentence for the page when no study with this configuration can be made of them
 */
export function checkProblemFiles(
  files: readonly ProblemFile[],
  configuration: StudyConfiguration,
): readonly ProblemFile[] {
  const { problems, officialTest, settledFiles } = readProblemFiles(files);
  countSplits(
    countDifficulties(problems),
    splitSizes(configuration),
    officialTest && countDifficulties(officialTest),
  );
  return settledFiles;
}
