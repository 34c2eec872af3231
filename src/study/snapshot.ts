/** What the page shows of a study while it runs: one plain, serialisable value, replaced as a whole at every change. */

import type { SplitCounts } from '../data/splits';
import type { Reason } from '../rationale/trace';
import type { DeviceReport } from '../tensor/device';
import type { KernelProfile, KernelTime } from '../tensor/kernel-profile';
import type { LikelihoodSummary } from './likelihood-summary';
import type { Report } from './report';
import type { RolloutSummary } from './rollout-summary';
import type { StudyConfiguration } from './configuration';
import type { Method } from './methods';

export type { DeviceReport, KernelProfile, KernelTime };

export const STAGE_NAMES = [
  'data',
  'rationale',
  'feedback',
  'train',
  'evaluate',
  'report',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export type StageState = 'waiting' | 'running' | 'done' | 'failed';

export interface StageProgress {
  readonly state: StageState;
  readonly done: number;
  readonly total: number;
  /** What is counted, in the plural: "problems", "updates". */
  readonly unit: string;
  /** Estimated time to the end of this stage; null while unknown. */
  readonly remainingMs: number | null;
  /** Wall time spent in this stage so far. */
  readonly elapsedMs: number;
  /** One short sentence of live detail. */
  readonly detail: string;
}

export interface LossPoint {
  /** Updates done. */
  readonly update: number;
  /** Mean weighted loss of a target token, in nats: cross-entropy, in training with the teacher's part where the method is soft. */
  readonly loss: number;
}

/** What the updates behind one point of a training curve came to; studies of earlier versions have losses alone. */
export interface TrainingPoint extends LossPoint {
  /** Of the last of these updates. */
  readonly learningRate?: number;
  /** Mean length of the gradient before it was clipped. */
  readonly gradientNorm?: number;
  /** Target tokens a second, over the time these updates took. */
  readonly tokensPerSecond?: number;
  /** Most bytes of the device's memory in use after one of them. */
  readonly memoryBytes?: number;
}

export interface ValidationPoint extends LossPoint {
  /** Exact match on the sampled validation problems, 0..1. */
  readonly exactMatch: number;
  /** Share of target tokens predicted under teacher forcing, 0..1. */
  readonly tokenAccuracy: number;
}

/** One training of a run's student from its start; a run without a student loop has a single one and no list. */
export interface TrainingRound {
  /** Updates of the run before it. */
  readonly from: number;
  readonly updates: number;
  /** Examples it trains on. */
  readonly examples: number;
}

/** One run of one method with one seed, live. */
export interface RunProgress {
  readonly runId: string;
  readonly method: Method;
  readonly seed: number;
  readonly state: StageState;
  /** Updates done, of all rounds together. */
  readonly update: number;
  /** As many as there may be: rounds that prove useless are left out. */
  readonly totalUpdates: number;
  /** The rounds begun so far, of a run that may have several. */
  readonly rounds?: readonly TrainingRound[];
  /** The course of training, thinned to at most a few hundred points. */
  readonly training: readonly TrainingPoint[];
  readonly validation: readonly ValidationPoint[];
  readonly targetTokens: number;
  readonly elapsedMs: number;
  readonly bestUpdate: number | null;
  /** Updates that changed nothing, because loss or gradient was not finite; absent where there was none. */
  readonly skipped?: number;
}

export interface DataSummary {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Dropped problems, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Problems of each split by difficulty; studies of earlier versions do not have it. */
  readonly difficulties?: SplitCounts;
}

export interface RationaleSummary {
  readonly problems: number;
  readonly samples: number;
  readonly tokens: number;
  /** Share of greedy samples with the gold answer, 0..1. */
  readonly greedyExactMatch: number;
  /** The further samples for a method with several rationales a problem, not counted above; absent where there are none. */
  readonly diverse?: DiverseSummary;
}

export interface DiverseSummary {
  /** Problems that have their further samples. */
  readonly problems: number;
  readonly samples: number;
  readonly tokens: number;
  /** Samples with the gold answer. */
  readonly right: number;
  readonly elapsedMs: number;
}

export interface FeedbackSummary {
  readonly problems: number;
  readonly kept: number;
  readonly rejected: number;
  readonly repaired: number;
  readonly byReason: Readonly<Record<Reason, number>>;
  readonly byProvenance: Readonly<Record<string, number>>;
}

/** Something that went wrong and was overcome: not what the study is about, but whoever reads its numbers should know. */
export interface Incident {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sentence: string;
}

/** What one examination of a student came to. */
export interface StudentLoopSummary {
  readonly method: Method;
  /** The round of training it followed, counted from 1. */
  readonly round: number;
  /** Problems examined, and those where the student failed at some step. */
  readonly problems: number;
  readonly failedProblems: number;
  /** Steps of these problems, and those whose result the student did not reach. */
  readonly steps: number;
  readonly failedSteps: number;
  /** Problems that the next round teaches in other words. */
  readonly replaced: number;
  /** Tokens that the student wrote, and the teacher. */
  readonly studentTokens: number;
  readonly teacherTokens: number;
  readonly elapsedMs: number;
}

export type StudyStatus = 'idle' | 'running' | 'paused' | 'done' | 'failed';

export interface StudySnapshot {
  readonly studyId: string;
  /** A memorable name made from the seed and time, for people. */
  readonly name: string;
  readonly status: StudyStatus;
  /** Why it failed or paused, what to do; empty otherwise. */
  readonly message: string;
  /** Share 0..1 of the download that the message speaks of; null or absent where there is none. */
  readonly loaded?: number | null;
  readonly createdAt: number;
  readonly configuration: StudyConfiguration;
  readonly device: DeviceReport;
  readonly stages: Readonly<Record<StageName, StageProgress>>;
  readonly data: DataSummary | null;
  readonly rationale: RationaleSummary | null;
  readonly feedback: FeedbackSummary | null;
  /** Absent where the study asks for no likelihoods. */
  readonly likelihoods?: LikelihoodSummary;
  /** Absent where the study asks for no rollouts. */
  readonly rollouts?: RolloutSummary;
  /** The examinations of students between rounds of training; absent where there were none. */
  readonly studentLoop?: readonly StudentLoopSummary[];
  /** The device's time by kernel since this session began; only of a study that was asked to measure it. */
  readonly kernels?: KernelProfile;
  readonly runs: readonly RunProgress[];
  readonly report: Report | null;
  /** Methods that somebody left out while the study ran, whose training may have begun; absent where none was. */
  readonly skipped?: readonly Method[];
  /** The latest of what went wrong and was overcome; absent where nothing did. */
  readonly incidents?: readonly Incident[];
  /** Examples of a batch computed at a time since memory ran out; absent where the configuration decides. */
  readonly fittingMicroBatch?: number;
}
