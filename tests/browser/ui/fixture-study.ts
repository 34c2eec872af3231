/** A made-up study at any point of its life, and the traces of its teacher, all from one seed. */

import type { PairedComparison, Proportion, Report, SplitScores } from '../../../src/study/report';
import { COMPARED_METHODS, type Method } from '../../../src/study/methods';
import {
  STAGE_NAMES,
  type RunProgress,
  type StageName,
  type StageProgress,
  type StudySnapshot,
} from '../../../src/study/snapshot';
import { POCKET_MODELS } from '../../../src/study/model-choice';
import { SOFT_DEFAULTS, type StudyConfiguration } from '../../../src/study/configuration';
import { promptsOfStyle } from '../../../src/study/prompts';

export const FIXTURE_CONFIGURATION: StudyConfiguration = {
  preset: 'demo',
  seed: 7,
  models: POCKET_MODELS,
  methods: COMPARED_METHODS,
  memoryBudget: null,
  data: { source: 'pocket', trainProblems: 2400, validationProblems: 200, testProblems: 400 },
  prompts: promptsOfStyle('trained'),
  rationale: {
    resamples: 2,
    hintedSamples: 0,
    diverseSamples: 2,
    temperature: 0.7,
    batchSize: 32,
    maximumTokens: 96,
  },
  feedback: {
    goldFallback: true,
    trimRedundant: true,
    likelihoods: 0,
    rollouts: 0,
    rolloutContinuations: 4,
    rounds: 1,
    roundProblems: 1_000,
    continuations: 4,
  },
  training: {
    targetTokens: 900_000,
    maximumUpdates: 1500,
    batchSize: 32,
    soft: SOFT_DEFAULTS,
    learningRate: 0.001,
    warmupShare: 0.03,
    weightDecay: 0.01,
    clipNorm: 1,
    validateEvery: 100,
    validationExactMatchProblems: 64,
    checkpointEvery: 250,
    maximumInputTokens: 128,
    maximumTargetTokens: 96,
  },
  evaluation: {
    trainProblems: 200,
    batchSize: 64,
    samples: 0,
    temperature: 0.7,
    calculator: false,
  },
  profileKernels: false,
};

/** A proportion with a rough interval: the page only displays it. */
export function proportion(successes: number, trials: number): Proportion {
  const value = trials === 0 ? 0 : successes / trials;
  const half =
    trials === 0 ? 0 : 1.96 * Math.sqrt((value * (1 - value)) / trials + 1 / trials ** 2);
  return {
    successes,
    trials,
    value,
    low: Math.max(0, value - half),
    high: Math.min(1, value + half),
  };
}

const testRight: Readonly<Record<Method, number>> = {
  answer: 37,
  'answer-soft': 41,
  cot: 84,
  'cot-soft': 92,
  'cot-answer-filter': 120,
  'cot-diverse': 126,
  'rules-only': 131,
  'equation-only': 152,
  'feedback-without-student-loop': 138,
  feedback: 173,
  'feedback-soft': 178,
};

function scores(method: Method, trials: number): SplitScores {
  const right = Math.round((testRight[method] / 400) * trials);
  const byDifficulty = Object.fromEntries(
    [2, 3, 4, 5].map((steps) => [
      String(steps),
      proportion(Math.round((right / 4) * (1.6 - steps * 0.17)), trials / 4),
    ]),
  );
  return {
    problems: trials,
    exactMatch: proportion(right, trials),
    tokenAccuracy: proportion(method === 'answer' ? 620 : 2510, method === 'answer' ? 1200 : 3000),
    formatRate: proportion(trials - 3, trials),
    loss: method === 'answer' ? 1.43 : 0.52,
    meanSteps: method === 'answer' ? 0 : method === 'cot' ? 3.42 : 2.96,
    meanTokens: method === 'answer' ? 4.1 : method === 'cot' ? 41.7 : 35.2,
    exactMatchByDifficulty: byDifficulty,
  };
}

/** Made up so that it agrees with `testRight`. */
function fixtureComparison(first: Method, second: Method): PairedComparison {
  const [firstRight, secondRight] = [testRight[first], testRight[second]];
  const bothRight = Math.round(0.6 * Math.min(firstRight, secondRight));
  const difference = (secondRight - firstRight) / 400;
  return {
    first,
    second,
    bothRight,
    onlyFirstRight: firstRight - bothRight,
    onlySecondRight: secondRight - bothRight,
    bothWrong: 400 - firstRight - secondRight + bothRight,
    pValue: difference > 0.1 ? 0.000_000_4 : 0.034,
    difference,
    low: difference - 0.05,
    high: difference + 0.05,
  };
}

export function fixtureReport(methods: readonly Method[] = COMPARED_METHODS): Report {
  return {
    studyId: 'study-1',
    finishedAt: 1_790_000_600_000,
    studentBefore: proportion(11, 400),
    teacher: proportion(283, 400),
    methods: methods.map((method) => ({
      method,
      seed: 7,
      runId: `study-1-${method}`,
      examples: 2400,
      bestUpdate: 1300,
      splits: {
        train: scores(method, 200),
        validation: scores(method, 200),
        test: scores(method, 400),
      },
      cost: {
        updates: 1500,
        targetTokens: 880_000,
        trainMs: method === 'answer' ? 51_000 : 142_000,
        evaluateMs: 18_000,
        preparationMs: method === 'feedback' ? 131_000 : 95_000,
        peakMemoryBytes: 214_000_000,
      },
    })),
    comparisons: methods.flatMap((second, index) =>
      methods.slice(0, index).map((first) => fixtureComparison(first, second)),
    ),
    chainBefore: { meanSteps: 3.61, meanTokens: 44.8 },
    chainAfter: { meanSteps: 2.94, meanTokens: 35.9 },
    totalMs: 512_000,
  };
}

function fixtureRun(method: Method, update: number, total: number): RunProgress {
  const floor: Readonly<Record<Method, number>> = {
    answer: 1.41,
    'answer-soft': 1.36,
    cot: 0.63,
    'cot-soft': 0.6,
    'cot-answer-filter': 0.55,
    'cot-diverse': 0.53,
    'rules-only': 0.5,
    'equation-only': 0.3,
    'feedback-without-student-loop': 0.35,
    feedback: 0.44,
    'feedback-soft': 0.42,
  };
  const curve = (at: number, base: number) => base + 2.4 * Math.exp(-at / 260);
  const training = Array.from({ length: Math.floor(update / 10) }, (_, index) => ({
    update: (index + 1) * 10,
    loss: curve((index + 1) * 10, floor[method] - 0.12) + 0.06 * Math.sin(index * 2.3),
  }));
  const validation = Array.from({ length: Math.floor(update / 100) }, (_, index) => ({
    update: (index + 1) * 100,
    loss: curve((index + 1) * 100, floor[method]),
    exactMatch: (testRight[method] / 400) * (1 - Math.exp(-(index + 1) / 5)),
    tokenAccuracy: 0.4 + 0.4 * (1 - Math.exp(-(index + 1) / 4)),
  }));
  return {
    runId: `study-1-${method}`,
    method,
    seed: 7,
    state: update === 0 ? 'waiting' : update < total ? 'running' : 'done',
    update,
    totalUpdates: total,
    training,
    validation,
    targetTokens: update * 590,
    elapsedMs: update * 95,
    bestUpdate: validation.at(-1)?.update ?? null,
  };
}

const stageTotals: Readonly<Record<StageName, readonly [number, string]>> = {
  data: [3000, 'problems'],
  rationale: [2400, 'problems'],
  feedback: [2400, 'problems'],
  train: [4500, 'updates'],
  evaluate: [2400, 'answers'],
  report: [1, 'tables'],
};

const stageDetails: Readonly<Record<StageName, string>> = {
  data: '2,400 problems to train on, 14 duplicates dropped.',
  rationale: 'Batch 75 of 75; 412 rationales needed another attempt.',
  feedback: '6,912 steps judged, 1,730 of them rejected.',
  train: 'Winnowed rationales: update 900 of 1,500, loss 0.51.',
  evaluate: 'Unfiltered rationales on the test problems.',
  report: 'Three methods compared on 400 test problems.',
};

function fixtureStages(current: StageName | 'end', share: number) {
  const position = current === 'end' ? STAGE_NAMES.length : STAGE_NAMES.indexOf(current);
  const stage = (name: StageName, index: number): StageProgress => {
    const [total, unit] = stageTotals[name];
    const state = index < position ? 'done' : index === position ? 'running' : 'waiting';
    return {
      state,
      done: state === 'done' ? total : state === 'running' ? Math.round(total * share) : 0,
      total: state === 'waiting' && name === 'evaluate' ? 0 : total,
      unit,
      remainingMs: state === 'running' ? 74_000 : null,
      elapsedMs: state === 'waiting' ? 0 : 61_000,
      detail: state === 'waiting' ? '' : stageDetails[name],
    };
  };
  const [data, rationale, feedback, train, evaluate, report] = STAGE_NAMES;
  return {
    data: stage(data, 0),
    rationale: stage(rationale, 1),
    feedback: stage(feedback, 2),
    train: stage(train, 3),
    evaluate: stage(evaluate, 4),
    report: stage(report, 5),
  };
}

/** The study in the middle (`share`) of a stage, or finished. */
export function fixtureSnapshot(
  current: StageName | 'end',
  share = 0.6,
  methods: readonly Method[] = COMPARED_METHODS,
): StudySnapshot {
  const position = current === 'end' ? STAGE_NAMES.length : STAGE_NAMES.indexOf(current);
  const trained = position > 3 ? methods.length : position === 3 ? share * methods.length : 0;
  return {
    studyId: 'study-1',
    name: 'Amber Finch',
    status: current === 'end' ? 'done' : 'running',
    message: '',
    createdAt: 1_790_000_000_000,
    configuration: { ...FIXTURE_CONFIGURATION, methods },
    device: {
      backend: 'wasm',
      name: 'WebAssembly with SIMD',
      software: true,
      explanation:
        'This browser has only a software graphics adapter, so the study runs on WebAssembly, which is faster than that.',
    },
    stages: fixtureStages(current, share),
    data:
      position > 0
        ? { train: 2400, validation: 200, test: 400, dropped: { 'the same question twice': 14 } }
        : null,
    rationale:
      position > 0
        ? { problems: 2400, samples: 3260, tokens: 141_300, greedyExactMatch: 0.704 }
        : null,
    feedback:
      position > 2
        ? {
            problems: 2400,
            kept: 6912,
            rejected: 1730,
            repaired: 204,
            byReason: {
              malformed: 31,
              repeated: 88,
              arithmetic: 311,
              ungrounded: 97,
              'off-topic': 0,
              'contradicts-gold': 602,
              redundant: 601,
            },
            byProvenance: { teacher: 1204, 'teacher-trimmed': 511, resampled: 297, gold: 388 },
          }
        : null,
    runs: methods.map((method, index) =>
      fixtureRun(method, Math.round(1500 * Math.min(1, Math.max(0, trained - index))), 1500),
    ),
    report: current === 'end' ? fixtureReport(methods) : null,
  };
}
