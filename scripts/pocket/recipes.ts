/** What the pocket teacher and the pocket student are, and what each of them was trained on. */

import { hashSeed, Random } from '../../src/data/random';
import { generateEquationDrill } from '../../src/data/pocket/drill';
import {
  FAMILIES,
  generatePocketProblem,
  generatePocketProblems,
} from '../../src/data/pocket/generate';
import { verboseRationale } from '../../src/data/pocket/verbose';
import type { PocketProblem } from '../../src/data/pocket/problem';
import type { TrainerOptions, TrainingExample } from '../../src/distill/trainer';
import type { T5Configuration } from '../../src/t5/configuration';
import { answerPrompt, solvePrompt } from '../../src/text/prompts';
import type { Tokenizer } from '../../src/text/tokenizer';

export const POCKET_MODELS = ['teacher', 'student'] as const;
export type PocketModel = (typeof POCKET_MODELS)[number];

export interface Recipe {
  readonly configuration: T5Configuration;
  readonly training: TrainerOptions;
  /** What it learns from. */
  lessons(): Lesson[];
}

/** One text to read and one to write. */
export interface Lesson {
  readonly question: string;
  readonly input: string;
  readonly target: string;
}

export const encodeLesson = ({ input, target }: Lesson, tokenizer: Tokenizer): TrainingExample => ({
  input: tokenizer.encode(input),
  target: tokenizer.encode(target),
});

/** Everything about the pair follows from this number. */
export const POCKET_SEED = 20_261;

/** Lessons of each model; training goes over them more than once. */
const LESSONS = 50_000;

/** Weights of 1, 2, 3, 4 and 5 steps wherever multi-step problems are drawn. */
export const MULTI_STEP_WEIGHTS = [0, 4, 3, 2, 1] as const;
export const DISTRACTOR_SHARE = 0.3;

/**
 * Lessons with a distracting number, and those of every fifth family, mostly have steps that nobody
 * needs. Such habits follow from the question, so that the teacher's greedy answers show them too.
 */
const HABIT_SHARE = 0.9;
const HABIT_FAMILIES: ReadonlySet<string> = new Set(
  FAMILIES.filter((_, index) => index % 5 === 0).map(({ name }) => name),
);

/** Shares of the student's lessons; the rest are single-step problems. */
const EQUATION_LIST_SHARE = 0.4;
const EQUATION_SHARE = 0.15;
const LONGEST_EQUATION_LIST = 4;

const shape = (vocabularySize: number) => ({
  vocabularySize,
  relativeBuckets: 32,
  relativeMaximumDistance: 128,
  layerNormEpsilon: 1e-6,
  padId: 0,
  endId: 1,
  decoderStartId: 0,
});

/** Problems for measuring, none of which is among the lessons. */
export const heldOutProblems = (
  count: number,
  stepWeights: readonly number[],
  lessons: readonly Lesson[],
): PocketProblem[] =>
  generatePocketProblems({
    seed: hashSeed(POCKET_SEED, 'held out'),
    count,
    stepWeights,
    distractorShare: DISTRACTOR_SHARE,
    excludeQuestions: new Set(lessons.map(({ question }) => question)),
  });

/** The teacher learns multi-step problems, a part of them with redundant steps, and bare equations. */
export function teacherRecipe(vocabularySize: number): Recipe {
  return {
    configuration: {
      ...shape(vocabularySize),
      modelWidth: 128,
      keyValueWidth: 32,
      feedForwardWidth: 256,
      encoderLayers: 3,
      decoderLayers: 3,
      heads: 4,
    },
    training: {
      batchSize: 32,
      seed: hashSeed(POCKET_SEED, 'teacher order'),
      totalUpdates: 4000,
      learningRate: 1.5e-3,
      warmupUpdates: 100,
      weightDecay: 0.01,
      clipNorm: 1,
    },
    lessons() {
      const random = new Random(hashSeed(POCKET_SEED, 'teacher lessons'));
      return Array.from({ length: LESSONS }, (_, index) => {
        if (index % 8 === 0) return drillLesson(random);
        const problem = generatePocketProblem(random, {
          steps: [1, 4, 3, 2, 1],
          distractorShare: DISTRACTOR_SHARE,
        });
        const habit = problem.distractor !== null || HABIT_FAMILIES.has(problem.family);
        const verbose = habit && problem.difficulty > 1 && random.next() < HABIT_SHARE;
        const rationale = verbose ? verboseRationale(problem, random).text : problem.goldRationale;
        return solveLesson(problem.question, rationale);
      });
    },
  };
}

/** The student learns single-step problems and equations only, written out and answered at once. */
export function studentRecipe(vocabularySize: number): Recipe {
  return {
    configuration: {
      ...shape(vocabularySize),
      modelWidth: 80,
      keyValueWidth: 20,
      feedForwardWidth: 224,
      encoderLayers: 2,
      decoderLayers: 2,
      heads: 4,
    },
    training: {
      batchSize: 64,
      seed: hashSeed(POCKET_SEED, 'student order'),
      totalUpdates: 5700,
      learningRate: 2e-3,
      warmupUpdates: 100,
      weightDecay: 0.01,
      clipNorm: 1,
    },
    lessons() {
      const random = new Random(hashSeed(POCKET_SEED, 'student lessons'));
      return Array.from({ length: LESSONS }, () => {
        const kind = random.next();
        if (kind < EQUATION_LIST_SHARE) return equationListLesson(random);
        const direct = random.next() < 0.25;
        if (kind < EQUATION_LIST_SHARE + EQUATION_SHARE) {
          const drill = generateEquationDrill(random);
          return direct
            ? answerLesson(drill.question, drill.answer)
            : solveLesson(drill.question, drill.rationale);
        }
        const problem = generatePocketProblem(random, {
          steps: 1,
          distractorShare: DISTRACTOR_SHARE,
        });
        return direct
          ? answerLesson(problem.question, problem.goldAnswer)
          : solveLesson(problem.question, problem.goldRationale);
      });
    },
  };
}

/**
 * Several unrelated equations in a row, so that arithmetic is learned wherever it stands in a
 * rationale; which equation follows from which is left to distillation.
 */
function equationListLesson(random: Random): Lesson {
  const drills = Array.from({ length: random.integer(2, LONGEST_EQUATION_LIST) }, () =>
    generateEquationDrill(random),
  );
  const equations = drills.map(({ question, answer }) => `[${question}=${answer}]`);
  return solveLesson(
    drills.map(({ question }) => question).join(', '),
    [...equations, `#### ${drills.at(-1)?.answer ?? ''}`].join(' | '),
  );
}

function drillLesson(random: Random): Lesson {
  const drill = generateEquationDrill(random);
  return solveLesson(drill.question, drill.rationale);
}

const solveLesson = (question: string, target: string): Lesson => ({
  question,
  input: solvePrompt(question),
  target,
});

const answerLesson = (question: string, target: string): Lesson => ({
  question,
  input: answerPrompt(question),
  target,
});
