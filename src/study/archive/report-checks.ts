/** What a study's report has to look like when it comes from a file. */

import * as v from 'valibot';
import { SPLIT_NAMES } from '../../data/problem';
import type { StudentErrors } from '../../evaluate/error-taxonomy';
import type { FittedThreshold } from '../../feedback/likelihood/thresholds';
import { LIKELIHOOD_MODELS, LIKELIHOOD_SIGNALS, REASONS } from '../../rationale/trace';
import type { LikelihoodSummary } from '../likelihood-summary';
import { METHODS } from '../methods';
import type {
  ChainLength,
  DecodingScores,
  MethodCost,
  MethodReport,
  PairedComparison,
  PairedDifference,
  Proportion,
  Report,
  RoundReport,
  SkippedMethod,
  SplitScores,
} from '../report';
import type { RolloutSummary } from '../rollout-summary';
import type { StudentLoopSummary } from '../snapshot';
import type { Taking } from '../taking';
import { count, id, milliseconds, real, share, text, type Checks } from './checked-members';

const method = v.picklist(METHODS);

const takingSchema = v.strictObject({
  sequences: count,
  tokens: count,
  seconds: real,
} satisfies Checks<Taking>);

const thresholdSchema = v.strictObject({
  signal: v.picklist(LIKELIHOOD_SIGNALS),
  model: v.picklist(LIKELIHOOD_MODELS),
  threshold: real,
  clean: count,
  injected: count,
  retention: share,
  recall: share,
  used: v.boolean(),
} satisfies Checks<FittedThreshold>);

export const likelihoodSummarySchema = v.strictObject({
  refusal: text,
  thresholds: v.array(thresholdSchema),
  fit: takingSchema,
  scoring: takingSchema,
  problems: count,
  steps: count,
  helpful: count,
} satisfies Checks<LikelihoodSummary>);

export const rolloutSummarySchema = v.strictObject({
  refusal: text,
  taking: takingSchema,
  problems: count,
  rationales: count,
  acquitted: count,
  blamed: count,
  continued: count,
} satisfies Checks<RolloutSummary>);

export const examinationSchema = v.strictObject({
  method,
  round: count,
  problems: count,
  failedProblems: count,
  steps: count,
  failedSteps: count,
  replaced: count,
  studentTokens: count,
  teacherTokens: count,
  elapsedMs: milliseconds,
} satisfies Checks<StudentLoopSummary>);

const proportionSchema = v.strictObject({
  successes: count,
  trials: count,
  value: share,
  low: real,
  high: real,
} satisfies Checks<Proportion>);

const scoresSchema = v.strictObject({
  problems: count,
  exactMatch: proportionSchema,
  flexibleExactMatch: v.exactOptional(proportionSchema),
  tokenAccuracy: proportionSchema,
  formatRate: proportionSchema,
  loss: real,
  meanSteps: real,
  meanTokens: real,
  exactMatchByDifficulty: v.record(v.string(), proportionSchema),
} satisfies Checks<SplitScores>);

const costSchema = v.strictObject({
  updates: count,
  targetTokens: count,
  trainMs: milliseconds,
  evaluateMs: milliseconds,
  preparationMs: milliseconds,
  peakMemoryBytes: count,
} satisfies Checks<MethodCost>);

const roundSchema = v.strictObject({
  examples: count,
  updates: count,
  exactMatch: share,
  isBest: v.boolean(),
  examination: v.nullable(examinationSchema),
} satisfies Checks<RoundReport>);

const differenceChecks = {
  onlyFirstRight: count,
  onlySecondRight: count,
  bothRight: count,
  bothWrong: count,
  pValue: real,
  difference: real,
  low: real,
  high: real,
} satisfies Checks<PairedDifference>;

const decodingSchema = v.strictObject({
  samples: count,
  calculator: v.boolean(),
  exactMatch: proportionSchema,
  againstGreedy: v.strictObject(differenceChecks),
  meanTokens: real,
  elapsedMs: milliseconds,
} satisfies Checks<DecodingScores>);

const errorsSchema = v.strictObject({
  wrong: count,
  byReason: v.strictObject(v.entriesFromList(REASONS, count)),
  withoutReason: count,
  withoutAnswer: count,
  right: count,
  rightWithWrongStep: count,
} satisfies Checks<StudentErrors>);

const methodSchema = v.strictObject({
  method,
  seed: count,
  runId: id,
  examples: count,
  bestUpdate: count,
  rounds: v.exactOptional(v.array(roundSchema)),
  splits: v.strictObject(v.entriesFromList(SPLIT_NAMES, scoresSchema)),
  cost: costSchema,
  decodings: v.exactOptional(v.array(decodingSchema)),
  errors: v.exactOptional(errorsSchema),
} satisfies Checks<MethodReport>);

const comparisonSchema = v.strictObject({
  first: method,
  second: method,
  ...differenceChecks,
} satisfies Checks<PairedComparison>);

const chainLengthSchema = v.strictObject({
  meanSteps: real,
  meanTokens: real,
} satisfies Checks<ChainLength>);

const skippedMethodSchema = v.strictObject({
  method,
  updates: count,
  totalUpdates: count,
} satisfies Checks<SkippedMethod>);

export const reportSchema = v.strictObject({
  studyId: id,
  finishedAt: milliseconds,
  studentBefore: proportionSchema,
  teacher: proportionSchema,
  methods: v.array(methodSchema),
  comparisons: v.array(comparisonSchema),
  chainBefore: chainLengthSchema,
  chainAfter: chainLengthSchema,
  likelihoods: v.exactOptional(likelihoodSummarySchema),
  rollouts: v.exactOptional(rolloutSummarySchema),
  skipped: v.exactOptional(v.array(skippedMethodSchema)),
  totalMs: milliseconds,
} satisfies Checks<Report>);
