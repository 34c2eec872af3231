/** What a study's own record and its runs have to look like when they come from a file. */

import * as v from 'valibot';
import { SPLIT_NAMES } from '../../data/problem';
import type { SplitCounts } from '../../data/splits';
import { REASONS } from '../../rationale/trace';
import type { StudyRecord } from '../../storage/schema';
import { BACKENDS, type DeviceReport } from '../../tensor/device';
import type { KernelTime } from '../../tensor/kernel-profile';
import { studyConfigurationSchema } from '../configuration';
import { METHODS } from '../methods';
import { studyNameSchema } from '../name';
import type {
  DataSummary,
  DiverseSummary,
  FeedbackSummary,
  Incident,
  LossPoint,
  RationaleSummary,
  RunProgress,
  StageProgress,
  TrainingPoint,
  TrainingRound,
  ValidationPoint,
} from '../snapshot';
import {
  count,
  countByName,
  id,
  milliseconds,
  real,
  share,
  text,
  type Checks,
} from './checked-members';
import {
  examinationSchema,
  likelihoodSummarySchema,
  reportSchema,
  rolloutSummarySchema,
} from './report-checks';

const method = v.picklist(METHODS);
const stageState = v.picklist(['waiting', 'running', 'done', 'failed']);

const lossPointChecks = { update: count, loss: real } satisfies Checks<LossPoint>;

const trainingPointSchema = v.strictObject({
  ...lossPointChecks,
  learningRate: v.exactOptional(real),
  gradientNorm: v.exactOptional(real),
  tokensPerSecond: v.exactOptional(real),
  memoryBytes: v.exactOptional(count),
} satisfies Checks<TrainingPoint>);

const validationPointSchema = v.strictObject({
  ...lossPointChecks,
  exactMatch: share,
  tokenAccuracy: share,
} satisfies Checks<ValidationPoint>);

const roundSchema = v.strictObject({
  from: count,
  updates: count,
  examples: count,
} satisfies Checks<TrainingRound>);

export const runProgressChecks = {
  runId: id,
  method,
  seed: count,
  state: stageState,
  update: count,
  totalUpdates: count,
  rounds: v.exactOptional(v.array(roundSchema)),
  training: v.array(trainingPointSchema),
  validation: v.array(validationPointSchema),
  targetTokens: count,
  elapsedMs: milliseconds,
  bestUpdate: v.nullable(count),
  skipped: v.exactOptional(count),
} satisfies Checks<RunProgress>;

const stageSchema = v.strictObject({
  state: stageState,
  done: count,
  total: count,
  unit: text,
  remainingMs: v.nullable(real),
  elapsedMs: milliseconds,
  detail: text,
} satisfies Checks<StageProgress>);

const stagesSchema = v.strictObject({
  data: stageSchema,
  rationale: stageSchema,
  feedback: stageSchema,
  train: stageSchema,
  evaluate: stageSchema,
  report: stageSchema,
} satisfies Checks<StudyRecord['stages']>);

const deviceSchema = v.strictObject({
  backend: v.picklist(BACKENDS),
  name: text,
  software: v.boolean(),
  explanation: text,
  timesKernels: v.exactOptional(v.boolean()),
} satisfies Checks<DeviceReport>);

const difficultiesSchema = v.record(v.pipe(v.string(), v.digits()), count);
const splitCountsSchema: v.GenericSchema<SplitCounts> = v.strictObject(
  v.entriesFromList(SPLIT_NAMES, difficultiesSchema),
);

const dataSchema = v.strictObject({
  train: count,
  validation: count,
  test: count,
  dropped: countByName,
  difficulties: v.exactOptional(splitCountsSchema),
} satisfies Checks<DataSummary>);

const diverseSchema = v.strictObject({
  problems: count,
  samples: count,
  tokens: count,
  right: count,
  elapsedMs: milliseconds,
} satisfies Checks<DiverseSummary>);

const rationaleSchema = v.strictObject({
  problems: count,
  samples: count,
  tokens: count,
  greedyExactMatch: share,
  diverse: v.exactOptional(diverseSchema),
} satisfies Checks<RationaleSummary>);

const feedbackSchema = v.strictObject({
  problems: count,
  kept: count,
  rejected: count,
  repaired: count,
  byReason: v.strictObject(v.entriesFromList(REASONS, count)),
  byProvenance: countByName,
} satisfies Checks<FeedbackSummary>);

const incidentSchema = v.strictObject({
  at: milliseconds,
  sentence: text,
} satisfies Checks<Incident>);

const kernelSchema = v.strictObject({
  name: text,
  dispatches: count,
  milliseconds: real,
} satisfies Checks<KernelTime>);

/** Everything of a study but its runs; one that ran when it was exported says it was paused. */
export const studySchema = v.strictObject({
  studyId: id,
  name: studyNameSchema,
  status: v.picklist(['idle', 'paused', 'done', 'failed']),
  message: text,
  loaded: v.exactOptional(v.nullable(share)),
  createdAt: milliseconds,
  configuration: studyConfigurationSchema,
  device: deviceSchema,
  stages: stagesSchema,
  data: v.nullable(dataSchema),
  rationale: v.nullable(rationaleSchema),
  feedback: v.nullable(feedbackSchema),
  likelihoods: v.exactOptional(likelihoodSummarySchema),
  rollouts: v.exactOptional(rolloutSummarySchema),
  studentLoop: v.exactOptional(v.array(examinationSchema)),
  kernels: v.exactOptional(v.array(kernelSchema)),
  report: v.nullable(reportSchema),
  skipped: v.exactOptional(v.array(method)),
  incidents: v.exactOptional(v.array(incidentSchema)),
  fittingMicroBatch: v.exactOptional(count),
} satisfies Checks<Omit<StudyRecord, 'hidden'>>);
