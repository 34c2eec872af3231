/** Runs a micro study in sessions, each of which may be stopped, and gathers everything it left behind. */

import type { Problem } from '../../../src/data/problem';
import type { Stores } from '../../../src/storage/stores';
import type { StudyRecord } from '../../../src/storage/schema';
import { StudyMachine } from '../../../src/study/machine';
import { COMPARED_METHODS, type Method } from '../../../src/study/methods';
import { POCKET_MODELS } from '../../../src/study/model-choice';
import { SOFT_DEFAULTS, type StudyConfiguration } from '../../../src/study/configuration';
import { promptsOfStyle } from '../../../src/study/prompts';
import type { StudySnapshot, StudyStatus } from '../../../src/study/snapshot';
import { generateProblems } from '../../../src/study/stages/data';
import { waitingStages } from '../../../src/study/study-state';
import { DeviceTroubleError } from '../../../src/tensor/device-trouble';
import { GpuMemoryError } from '../../../src/tensor/gpu-memory-error';
import type { ProblemFile } from '../../../src/data/file-layout';
import { withoutTimes } from '../../../scripts/survival/without-times';
import { openMicroModels, wasmDevice } from './micro-models';

export const MICRO_STUDY: StudyConfiguration = {
  preset: 'micro',
  seed: 5,
  models: POCKET_MODELS,
  methods: COMPARED_METHODS,
  memoryBudget: null,
  data: { source: 'pocket', trainProblems: 12, validationProblems: 4, testProblems: 5 },
  prompts: promptsOfStyle('trained'),
  rationale: {
    resamples: 1,
    hintedSamples: 1,
    diverseSamples: 2,
    temperature: 0.7,
    batchSize: 4,
    maximumTokens: 12,
  },
  feedback: {
    goldFallback: true,
    trimRedundant: true,
    likelihoods: 0,
    rollouts: 0,
    rolloutContinuations: 4,
    rounds: 1,
    roundProblems: 8,
    continuations: 2,
  },
  training: {
    targetTokens: 1_000_000,
    maximumUpdates: 5,
    batchSize: 4,
    soft: SOFT_DEFAULTS,
    learningRate: 1e-2,
    warmupShare: 0.2,
    weightDecay: 0.01,
    clipNorm: 1,
    validateEvery: 2,
    validationExactMatchProblems: 4,
    checkpointEvery: 2,
    maximumInputTokens: 600,
    maximumTargetTokens: 600,
  },
  evaluation: {
    trainProblems: 3,
    batchSize: 4,
    samples: 0,
    temperature: 0.7,
    calculator: false,
  },
  profileKernels: false,
};

export function microProblems(configuration: StudyConfiguration): readonly Problem[] {
  const { train, validation, test } = generateProblems(configuration).splits;
  return [...train, ...validation, ...test];
}

export async function createMicroStudy(
  stores: Stores,
  studyId: string,
  configuration: StudyConfiguration = MICRO_STUDY,
  files: readonly ProblemFile[] = [],
): Promise<void> {
  const record: StudyRecord = {
    studyId,
    name: 'micro',
    status: 'running',
    message: '',
    createdAt: 1,
    configuration,
    device: await wasmDevice(),
    stages: waitingStages(),
    data: null,
    rationale: null,
    feedback: null,
    report: null,
  };
  await stores.studies.create(record, files);
}

/** A method that somebody leaves out of a running study, or takes in again. */
interface Skipping {
  readonly method: Method;
  readonly skips: boolean;
}

/** What goes wrong in a session. */
export type Interruption =
  | {
      /** From this call of the models on. */
      readonly after: number;
      /** A pause is asked for; a crash throws out of the call, and so does a device that is lost. */
      readonly kind: 'pause' | 'crash' | 'lost';
    }
  /** At these calls of the models, somebody leaves a method out or takes it in again. */
  | {
      readonly kind: 'skip';
      readonly at: Readonly<Record<number, Skipping>>;
      /** Told of what was not possible. */
      readonly refused?: (sentence: string) => void;
      /** A pause is asked for from this call on. */
      readonly pauseAfter?: number;
    }
  /** Steps that compute more examples at a time find no memory, or find the device full. */
  | { readonly kind: 'memory' | 'full-device'; readonly most: number }
  /** These training examples have a loss that is not finite. */
  | { readonly kind: 'not-finite'; readonly examples: readonly number[] };

export interface Session {
  readonly status: StudyStatus;
  readonly log: readonly string[];
  readonly snapshots: readonly StudySnapshot[];
  /** The names of the calls of the models. */
  readonly calls: readonly string[];
  /** What was said of a device that cannot be used any more. */
  readonly troubles: readonly string[];
}

/** One session: reads the study from the store, as a reloaded page does, and goes on with it. */
export async function runSession(
  stores: Stores,
  studyId: string,
  interruption: Interruption | null = null,
  /** What the teacher knows; the pocket problems of the study unless given. */
  known: readonly Problem[] | null = null,
): Promise<Session> {
  const record = await stores.studies.read(studyId);
  if (record === null) throw new Error('the test expected a study');
  const log: string[] = [];
  const snapshots: StudySnapshot[] = [];
  const calls: string[] = [];
  const troubles: string[] = [];
  const machine = new StudyMachine({
    stores,
    record,
    runs: await stores.runs.ofStudy(studyId),
    device: await wasmDevice(),
    openModels: async () =>
      openMicroModels(known ?? microProblems(record.configuration), {
        before: (name, together = 0) => {
          calls.push(name);
          if (interruption !== null) interrupt(interruption, calls.length, together, machine);
        },
        poisoned: interruption?.kind === 'not-finite' ? interruption.examples : [],
      }),
    readGsm8k: async () => {
      throw new Error('A micro study downloads nothing.');
    },
    onSnapshot: (snapshot) => snapshots.push(snapshot),
    onLog: (sentence) => log.push(sentence),
    onDeviceTrouble: (message) => troubles.push(message),
  });
  const status = await machine.run();
  return { status, log, snapshots, calls, troubles };
}

function interrupt(
  interruption: Interruption,
  calls: number,
  together: number,
  machine: StudyMachine,
): void {
  switch (interruption.kind) {
    case 'not-finite':
      return;
    case 'skip': {
      const { at, refused, pauseAfter = Infinity } = interruption;
      const skipping = at[calls];
      if (skipping !== undefined) {
        machine
          .skip(skipping.method, skipping.skips)
          .catch((error: unknown) =>
            refused?.(String(error instanceof Error ? error.message : error)),
          );
      }
      if (calls >= pauseAfter) machine.pause();
      return;
    }
    case 'memory':
      if (together > interruption.most) throw new GpuMemoryError('no room');
      return;
    case 'full-device':
      if (together > interruption.most) throw new DeviceTroubleError('memory', 'It is full.');
      return;
    default:
      if (calls < interruption.after) return;
      if (interruption.kind === 'crash') throw new Error('the tab was killed here');
      if (interruption.kind === 'lost') throw new DeviceTroubleError('lost', 'The GPU went away.');
      machine.pause();
  }
}

/** Everything a study left: problems, traces, runs, checkpoints' hashes, evaluations, summaries and report. */
export async function studyResults(
  stores: Stores,
  studyId: string,
): Promise<Record<string, unknown>> {
  const snapshot = await stores.studies.readSnapshot(studyId);
  const traces: unknown[] = [];
  for await (const trace of stores.traces.each(studyId)) traces.push(trace);
  const runs = snapshot?.runs ?? [];
  const checkpoints = await Promise.all(
    runs.map(async ({ runId }) => {
      const last = (await stores.checkpoints.readNewest(runId)).checkpoint?.pointer;
      const run = await stores.checkpoints.readPreferred(runId, last?.run.bestUpdate ?? null);
      return [last?.update, last?.sha256, run.checkpoint?.pointer.sha256];
    }),
  );
  const evaluations = await Promise.all(
    ['teacher', 'student', ...runs.map(({ runId }) => runId)].map(async (subject) => [
      await stores.evaluations.read(studyId, subject, 'train'),
      await stores.evaluations.read(studyId, subject, 'validation'),
      await stores.evaluations.read(studyId, subject, 'test'),
    ]),
  );
  const { data, rationale, feedback, likelihoods, rollouts, studentLoop, report } = snapshot ?? {};
  const summaries = { data, rationale, feedback, likelihoods, rollouts, studentLoop, report };
  const results = { traces, runs, checkpoints, evaluations, ...summaries };
  return Object.fromEntries(
    Object.entries(results)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, withoutTimes(value, studyId)]),
  );
}
