/** What the records of a study's stores have to look like when they come from a file. */

import * as v from 'valibot';
import { requestedLayoutSchema, type ProblemFile } from '../../data/file-layout';
import { SPLIT_NAMES, type Problem } from '../../data/problem';
import type { EvaluationRecord } from '../../evaluate/records';
import type { Rollout, RolloutPlace } from '../../rationale/rollouts';
import { studentRoundSchema } from '../../rationale/student-round';
import {
  LIKELIHOOD_MODELS,
  LIKELIHOOD_SIGNALS,
  PROVENANCES,
  REASONS,
  type CheckOutcome,
  type JudgedRationale,
  type StepLikelihood,
  type StepVerdict,
  type TeacherSample,
  type Trace,
} from '../../rationale/trace';
import type {
  CheckpointPointer,
  EvaluationBatch,
  ProblemRecord,
  RunRecord,
  StudyFilesRecord,
} from '../../storage/schema';
import { count, countByName, id, milliseconds, real, text, type Checks } from './checked-members';
import { runProgressChecks } from './snapshot-checks';

const splitName = v.picklist(SPLIT_NAMES);
const answer = v.nullable(text);
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const fileSchema = v.strictObject({
  name: text,
  text,
  layout: v.exactOptional(requestedLayoutSchema),
} satisfies Checks<ProblemFile>);

export const filesSchema = v.strictObject({
  studyId: id,
  files: v.array(fileSchema),
} satisfies Checks<StudyFilesRecord>);

const problemSchema = v.strictObject({
  id,
  source: v.picklist(['pocket', 'gsm8k', 'own']),
  question: text,
  goldRationale: text,
  goldAnswer: text,
  difficulty: count,
} satisfies Checks<Problem>);

export const problemRecordSchema = v.strictObject({
  studyId: id,
  split: splitName,
  index: count,
  problem: problemSchema,
} satisfies Checks<ProblemRecord>);

const verdict = v.picklist(['kept', 'rejected', 'repaired']);

const outcomeSchema = v.strictObject({
  reason: v.picklist(REASONS),
  failed: v.boolean(),
  score: real,
  threshold: v.exactOptional(real),
  message: text,
} satisfies Checks<CheckOutcome>);

const likelihoodSchema = v.strictObject({
  signal: v.picklist(LIKELIHOOD_SIGNALS),
  model: v.picklist(LIKELIHOOD_MODELS),
  value: real,
  threshold: real,
} satisfies Checks<StepLikelihood>);

const stepSchema = v.strictObject({
  text,
  verdict,
  reason: v.nullable(v.picklist(REASONS)),
  message: text,
  outcomes: v.array(outcomeSchema),
  dependsOn: v.array(count),
  likelihoods: v.exactOptional(v.array(likelihoodSchema)),
  replacement: v.exactOptional(text),
  byHand: v.exactOptional(v.picklist(['kept', 'rejected'])),
} satisfies Checks<StepVerdict>);

const rolloutSchema = v.strictObject({
  text,
  tokens: count,
  right: v.boolean(),
  buildsOn: v.array(count),
} satisfies Checks<Rollout>);

const rolloutPlaceSchema = v.strictObject({
  steps: count,
  rollouts: v.array(rolloutSchema),
} satisfies Checks<RolloutPlace>);

const sampleSchema = v.strictObject({
  sample: count,
  temperature: real,
  hinted: v.exactOptional(v.literal(true)),
  goesOn: v.exactOptional(v.strictObject({ sample: count, steps: count })),
  text,
  tokens: count,
  answer,
} satisfies Checks<TeacherSample>);

const judgedSchema = v.strictObject({
  sample: count,
  text,
  steps: v.array(stepSchema),
  accepted: v.boolean(),
  rollouts: v.exactOptional(v.array(rolloutPlaceSchema)),
} satisfies Checks<JudgedRationale>);

export const traceSchema = v.strictObject({
  studyId: id,
  problemId: id,
  index: count,
  split: v.literal('train'),
  question: text,
  goldRationale: text,
  goldAnswer: text,
  difficulty: count,
  samples: v.array(sampleSchema),
  judged: v.array(judgedSchema),
  winnowed: v.nullable(text),
  provenance: v.nullable(v.picklist(PROVENANCES)),
  studentRounds: v.exactOptional(v.array(studentRoundSchema)),
  diverse: v.exactOptional(v.array(sampleSchema)),
} satisfies Checks<Trace>);

export const runSchema = v.strictObject({
  ...runProgressChecks,
  studyId: id,
  examples: count,
  leftOut: countByName,
  peakMemoryBytes: count,
  softTargetsMs: v.exactOptional(milliseconds),
} satisfies Checks<RunRecord>);

const evaluationRecordSchema = v.strictObject({
  problemId: id,
  split: splitName,
  difficulty: count,
  output: text,
  answer,
  correct: v.boolean(),
  correctFlexibly: v.exactOptional(v.boolean()),
  drawnAnswers: v.exactOptional(v.array(answer)),
  wellFormed: v.boolean(),
  steps: count,
  tokens: count,
  targetTokens: count,
  targetTokensRight: count,
  loss: real,
} satisfies Checks<EvaluationRecord>);

export const evaluationSchema = v.strictObject({
  studyId: id,
  subject: id,
  split: splitName,
  batch: count,
  records: v.array(evaluationRecordSchema),
  elapsedMs: milliseconds,
} satisfies Checks<EvaluationBatch>);

export const checkpointSchema = v.strictObject({
  studyId: id,
  runId: id,
  update: count,
  bytes: count,
  chunks: count,
  sha256,
  run: runSchema,
  createdAt: milliseconds,
} satisfies Checks<CheckpointPointer>);

/** Numbers of 16 bits, two bytes each, little-endian, in base64. */
const packed = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/));

/** A record of soft targets with its numbers packed into texts. */
export const packedSoftTargetsSchema = v.strictObject({
  studyId: id,
  batch: count,
  candidates: v.pipe(count, v.minValue(1)),
  ids: packed,
  logits: packed,
  elapsedMs: milliseconds,
});
