/** The presets: configurations for a glance, for the demo and for a GPU. */

import { PUBLIC_HUBS } from '../weights/hub/artefact';
import { SOFT_DEFAULTS, type StudyConfiguration } from './configuration';
import { COMPARED_METHODS, METHODS } from './methods';
import { POCKET_MODELS } from './model-choice';
import { promptsOfStyle } from './prompts';

export const PRESET_NAMES = [
  'smoke',
  'demo',
  'ablations',
  'rounds',
  'laptop',
  'article',
  'article-pocket',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export const PRESET_DESCRIPTIONS: Readonly<Record<PresetName, string>> = {
  smoke: 'Every stage on a handful of problems: shows that everything works, teaches nothing.',
  demo: 'A whole comparison in about three minutes without a GPU, twice that on an old computer.',
  ablations:
    'The demo with every part of the feedback taken away in turn, and with soft targets: what each is worth, in about nine minutes without a GPU.',
  rounds:
    'The demo’s winnowed rationales, trained on once, and in two rounds with an examination between them: about five minutes without a GPU.',
  laptop: 'More problems and longer training for a computer with a GPU.',
  article:
    'The article’s comparison: flan-t5-large teaches flan-t5-small on GSM8K by three methods; downloads 1.1 GB once, and needs a strong GPU and hours.',
  'article-pocket':
    'The same in small, with the pocket pair, every method and generated problems: under ten minutes without a GPU.',
};

/** Without the student loop, whose every round takes as long as the first. */
const FEEDBACK: StudyConfiguration['feedback'] = {
  goldFallback: true,
  trimRedundant: true,
  likelihoods: 0,
  rollouts: 0,
  rolloutContinuations: 4,
  rounds: 1,
  roundProblems: 1_000,
  continuations: 4,
};

/** Greedy answers without a calculator alone: each further way costs as many answers again, or several times as many. */
const EVALUATION = { samples: 0, temperature: 0.7, calculator: false } as const;

const DEMO: StudyConfiguration = {
  preset: 'demo',
  seed: 1,
  models: POCKET_MODELS,
  methods: COMPARED_METHODS,
  memoryBudget: null,
  data: { source: 'pocket', trainProblems: 3_000, validationProblems: 100, testProblems: 400 },
  prompts: promptsOfStyle('trained'),
  rationale: {
    resamples: 1,
    hintedSamples: 0,
    diverseSamples: 4,
    temperature: 0.7,
    batchSize: 64,
    maximumTokens: 128,
  },
  feedback: FEEDBACK,
  training: {
    targetTokens: 400_000,
    maximumUpdates: 800,
    batchSize: 16,
    soft: SOFT_DEFAULTS,
    learningRate: 2e-3,
    warmupShare: 0.05,
    weightDecay: 0.01,
    clipNorm: 1,
    validateEvery: 200,
    validationExactMatchProblems: 100,
    checkpointEvery: 100,
    maximumInputTokens: 192,
    maximumTargetTokens: 192,
  },
  evaluation: { ...EVALUATION, trainProblems: 100, batchSize: 64 },
  profileKernels: false,
};

/** The article's comparison; what was chosen where its text is silent, and why, is in `article.ts`. */
const ARTICLE: StudyConfiguration = {
  preset: 'article',
  seed: 1,
  models: {
    teacher: { source: 'listed', id: 'flan-t5-large-q8_0' },
    student: { source: 'listed', id: 'flan-t5-small-q8_0' },
    hubs: PUBLIC_HUBS,
  },
  methods: COMPARED_METHODS,
  memoryBudget: null,
  data: { source: 'gsm8k', trainProblems: 6_973, validationProblems: 500, testProblems: 1_319 },
  prompts: promptsOfStyle('few-shot'),
  rationale: {
    resamples: 4,
    hintedSamples: 2,
    diverseSamples: 4,
    temperature: 0.7,
    batchSize: 16,
    maximumTokens: 256,
  },
  feedback: FEEDBACK,
  training: {
    targetTokens: 5_000_000,
    maximumUpdates: 10_000,
    batchSize: 8,
    soft: SOFT_DEFAULTS,
    learningRate: 3e-4,
    warmupShare: 0.03,
    weightDecay: 0.01,
    clipNorm: 1,
    validateEvery: 500,
    validationExactMatchProblems: 200,
    checkpointEvery: 250,
    maximumInputTokens: 256,
    maximumTargetTokens: 256,
  },
  evaluation: { trainProblems: 500, batchSize: 32, samples: 5, temperature: 0.7, calculator: true },
  profileKernels: false,
};

/**
 * The same for a processor alone, to see that all of it works: the pocket pair on generated problems, with every method
 * and the student loop. Far less than the demo for each of its many students, so that three seeds take minutes.
 */
const ARTICLE_POCKET: StudyConfiguration = {
  ...DEMO,
  preset: 'article-pocket',
  methods: METHODS,
  data: { source: 'pocket', trainProblems: 600, validationProblems: 50, testProblems: 100 },
  rationale: { ...DEMO.rationale, diverseSamples: 2 },
  feedback: { ...FEEDBACK, rounds: 2, roundProblems: 200 },
  training: {
    ...DEMO.training,
    targetTokens: 60_000,
    maximumUpdates: 150,
    validateEvery: 75,
    validationExactMatchProblems: 50,
  },
  evaluation: { ...ARTICLE.evaluation, trainProblems: 50, batchSize: 64, samples: 3 },
};

const PRESETS: Readonly<Record<PresetName, StudyConfiguration>> = {
  smoke: {
    preset: 'smoke',
    seed: 1,
    models: POCKET_MODELS,
    methods: COMPARED_METHODS,
    memoryBudget: null,
    data: { source: 'pocket', trainProblems: 8, validationProblems: 4, testProblems: 4 },
    prompts: promptsOfStyle('trained'),
    rationale: {
      resamples: 1,
      hintedSamples: 0,
      diverseSamples: 4,
      temperature: 0.7,
      batchSize: 8,
      maximumTokens: 40,
    },
    feedback: FEEDBACK,
    training: {
      targetTokens: 4_000,
      maximumUpdates: 2,
      batchSize: 4,
      soft: SOFT_DEFAULTS,
      learningRate: 1e-3,
      warmupShare: 0.1,
      weightDecay: 0.01,
      clipNorm: 1,
      validateEvery: 1,
      validationExactMatchProblems: 1,
      checkpointEvery: 1,
      maximumInputTokens: 192,
      maximumTargetTokens: 192,
    },
    evaluation: { ...EVALUATION, trainProblems: 1, batchSize: 8 },
    profileKernels: false,
  },
  demo: DEMO,
  ablations: {
    ...DEMO,
    preset: 'ablations',
    // With one round a student that is never examined is that of `feedback`.
    methods: METHODS.filter((method) => method !== 'feedback-without-student-loop'),
  },
  rounds: {
    ...DEMO,
    preset: 'rounds',
    methods: ['feedback-without-student-loop', 'feedback'],
    feedback: { ...FEEDBACK, rounds: 2 },
  },
  laptop: {
    preset: 'laptop',
    seed: 1,
    models: POCKET_MODELS,
    methods: COMPARED_METHODS,
    memoryBudget: null,
    data: { source: 'pocket', trainProblems: 6_000, validationProblems: 200, testProblems: 1_000 },
    prompts: promptsOfStyle('trained'),
    rationale: {
      resamples: 4,
      hintedSamples: 0,
      diverseSamples: 4,
      temperature: 0.7,
      batchSize: 128,
      maximumTokens: 160,
    },
    feedback: FEEDBACK,
    training: {
      targetTokens: 6_000_000,
      maximumUpdates: 3_000,
      batchSize: 32,
      soft: SOFT_DEFAULTS,
      learningRate: 1e-3,
      warmupShare: 0.03,
      weightDecay: 0.01,
      clipNorm: 1,
      validateEvery: 200,
      validationExactMatchProblems: 200,
      checkpointEvery: 100,
      maximumInputTokens: 256,
      maximumTargetTokens: 256,
    },
    evaluation: { ...EVALUATION, trainProblems: 200, batchSize: 128 },
    profileKernels: false,
  },
  article: ARTICLE,
  'article-pocket': ARTICLE_POCKET,
};

/** The configuration of a preset. */
export function presetConfiguration(name: PresetName): StudyConfiguration {
  return PRESETS[name];
}
