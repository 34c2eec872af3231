/** The configuration of a study: its schema, with every bound, and the presets. */

import * as v from 'valibot';
import type { SplitSizes } from '../data/splits';
import { COMPARED_METHODS, METHODS, inOrder, softMethods } from './methods';
import { LORA_LAYERS } from '../t5/lora';
import { modelsSchema, sharesTokenizer } from './model-choice';
import { promptsOfStyle, promptsSchema } from './prompts';

const count = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
const real = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.finite(), v.minValue(minimum), v.maxValue(maximum));

/** How the soft methods learn from the teacher's probabilities (Hinton et al. 2015); the default does what they report. */
const softSchema = v.strictObject({
  /** Share of the teacher in the loss; the rest is cross-entropy against the targets. With 0 nobody asks it. */
  lambda: real(0, 1),
  /** Softens both distributions. */
  temperature: real(0.1, 20),
  /** Likeliest tokens of each position that are kept, at four bytes each; the others count as impossible. */
  topK: count(1, 256),
});

/** What soft methods do unless told otherwise. */
export const SOFT_DEFAULTS: v.InferOutput<typeof softSchema> = {
  lambda: 0.3,
  temperature: 2,
  topK: 16,
};

/** Every setting by itself; what must hold between them is checked by `studyConfigurationSchema`. */
export const settingsSchema = v.strictObject({
  /** The preset this configuration started from, for display. */
  preset: v.pipe(v.string(), v.maxLength(40)),
  /** Fixes problems, sampling, data order: the same seed repeats a study exactly on the same device. */
  seed: count(0, 0xffff_ffff),
  models: modelsSchema,
  /** What is compared, each with a student of its own. Earlier studies compared these three. */
  methods: v.optional(
    v.pipe(
      v.array(v.picklist(METHODS)),
      v.minLength(1, 'a study needs at least one method'),
      v.check((methods) => new Set(methods).size === methods.length, 'a method is named twice'),
      v.readonly(),
      v.transform(inOrder),
    ),
    COMPARED_METHODS,
  ),
  /** Most megabytes of GPU memory the study may take; null for what the device gives. */
  memoryBudget: v.optional(v.nullable(count(64, 1_048_576)), null),
  data: v.strictObject({
    /** `pocket` generates problems, `gsm8k` downloads GSM8K, `files` reads the files the visitor gave. */
    source: v.picklist(['pocket', 'gsm8k', 'files']),
    trainProblems: count(8, 1_000_000),
    validationProblems: count(4, 100_000),
    testProblems: count(4, 100_000),
  }),
  /** How the teacher is asked. Studies stored before there was a choice asked in the trained form. */
  prompts: v.optional(promptsSchema, promptsOfStyle('trained')),
  rationale: v.strictObject({
    /** Most further samples of the teacher for a problem whose rationale was rejected. */
    resamples: count(0, 16),
    /** Most samples after those with the gold answer in the prompt, for what is still rejected. */
    hintedSamples: v.optional(count(0, 16), 0),
    /**
     * Further samples of the teacher for every problem, for `cot-diverse`, which trains on all that end in the gold
     * answer; no other method reads them. Ho et al. (2022) gain most up to eight.
     */
    diverseSamples: v.optional(count(1, 64), 4),
    temperature: real(0.1, 2),
    batchSize: count(1, 512),
    maximumTokens: count(8, 1024),
  }),
  feedback: v.strictObject({
    /** Train on the gold rationale where every sample was rejected; otherwise leave the problem out. */
    goldFallback: v.boolean(),
    /** Delete redundant steps rather than only marking them. */
    trimRedundant: v.boolean(),
    /**
     * Most decoder sequences that teacher and student score, to decide about steps that the rules leave open: fitting
     * the thresholds takes about 40 for each of up to 50 validation problems, a step at most 6 a model. 0 scores none.
     */
    likelihoods: v.optional(count(0, 100_000_000), 0),
    /**
     * Most continuations that the teacher writes from behind steps of wrong rationales, to find the step that leads
     * astray and to go on from before it. A wrong rationale of n steps takes about log2 n + 1 places. 0 writes none.
     */
    rollouts: v.optional(count(0, 100_000_000), 0),
    /** Continuations from one place. With fewer than 4 no step is blamed that reaches a value of the gold solution. */
    rolloutContinuations: v.optional(count(1, 16), 4),
    /**
     * Most times the `feedback` method's student is trained: after each but the last, the steps it fails at count
     * more and are written anew, and it is trained again from the start. Once where there is no such loop.
     */
    rounds: v.optional(count(1, 8), 1),
    /** Training problems that the student is examined on after a round; a sample where there are more. */
    roundProblems: v.optional(count(1, 1_000_000), 1_000),
    /** Times the teacher goes on from the begin that the student failed after. */
    continuations: v.optional(count(0, 16), 4),
  }),
  training: v.strictObject({
    /** Target tokens each method may train on: the equal condition of the comparison. */
    targetTokens: count(100, 10_000_000_000),
    /** Upper limit of updates, which methods with short targets reach first. */
    maximumUpdates: count(1, 10_000_000),
    batchSize: count(1, 1024),
    /** Examples of a batch computed at a time, to save memory; the whole batch when absent. */
    microBatchSize: v.optional(count(1, 1024)),
    /**
     * Trains low-rank adapters of a frozen student, which stays quantised where it comes so and the device can
     * multiply with it; all of the student's parameters when absent. A usual learning rate is ten times larger.
     */
    lora: v.optional(
      v.strictObject({
        /** Inner size of an adapter. Published ones have 4 to 64; more than a layer's width helps nothing. */
        rank: count(1, 256),
        /** An adapter counts alpha / rank times. */
        alpha: real(0.1, 1024),
        /** Queries and values; all of attention; or the feed-forward too. */
        layers: v.picklist(LORA_LAYERS),
      }),
    ),
    /** Computes every block again in the backward pass: less memory for a third more time. No when absent. */
    recomputeActivations: v.optional(v.boolean()),
    soft: v.optional(softSchema, SOFT_DEFAULTS),
    learningRate: real(1e-6, 1),
    /** Share of all updates over which the learning rate rises from zero. */
    warmupShare: real(0, 0.5),
    weightDecay: real(0, 1),
    clipNorm: real(0.01, 100),
    /** Updates between two validations. */
    validateEvery: count(1, 1_000_000),
    /** Validation problems answered by generation at each validation. */
    validationExactMatchProblems: count(1, 100_000),
    /** Updates between two checkpoints. */
    checkpointEvery: count(1, 1_000_000),
    maximumInputTokens: count(8, 2048),
    maximumTargetTokens: count(4, 2048),
  }),
  evaluation: v.strictObject({
    /** Train problems answered at the end (all validation and test problems are). */
    trainProblems: count(1, 100_000),
    batchSize: count(1, 1024),
    /**
     * Times each student answers every test problem once more, drawing its words: the answer most of them end in
     * counts (self-consistency, Wang et al. 2022) and is reported beside the greedy one. 0 and 1 draw none.
     */
    samples: v.optional(count(0, 64), 0),
    /** Of these drawn answers. */
    temperature: v.optional(real(0.1, 2), 0.7),
    /**
     * Answers the test problems once more with the result of every equation put in exactly as it is written, by the
     * project's own arithmetic; reported beside the answers without.
     */
    calculator: v.optional(v.boolean(), false),
  }),
  /** Times every kernel on a device that can, and shows where its time goes: a little slower, the same results. */
  profileKernels: v.optional(v.boolean(), false),
});

export const studyConfigurationSchema = v.pipe(
  settingsSchema,
  v.check(
    ({ methods, models }) => sharesTokenizer(models.teacher) || softMethods(methods).length === 0,
    `the methods ${softMethods(METHODS).join(', ')} learn the teacher's probabilities of the student's tokens, and a teacher of transformers.js has other tokens: leave these methods out, or choose a T5 as the teacher`,
  ),
);

export type StudyConfiguration = v.InferOutput<typeof studyConfigurationSchema>;

/** How many problems each split of a study should have, and the seed that fixes which. */
export function splitSizes({ seed, data }: StudyConfiguration): SplitSizes {
  const { trainProblems, validationProblems, testProblems } = data;
  return { train: trainProblems, validation: validationProblems, test: testProblems, seed };
}
