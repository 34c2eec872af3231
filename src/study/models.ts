/** What a study needs of its models: the engine behind them (tfjs, or a stand-in in tests) stays out of sight. */

import { hashSeed } from '../data/random';
import type { TrainerOptions, TrainingExample, UpdateMetrics } from '../distill/trainer';
import type { RationaleQuestion, RationaleScore } from '../rationale/rationale-scores';
import type { SoftTeacher, Teacher } from '../rationale/teacher';
import type { T5Configuration } from '../t5/configuration';
import type { LoraSettings } from '../t5/lora';
import type { GenerationOptions } from '../t5/generate';
import type { ParameterSource } from '../t5/model';
import type { TargetScore } from '../t5/score';
import type { KernelProfile } from '../tensor/kernel-profile';
import type { Tokenizer } from '../text/tokenizer';
import type { StudyConfiguration } from './configuration';

/** Trains one student; see `distill/trainer.ts`. */
export interface StudyTrainer {
  /** Updates done. */
  readonly update: number;
  step(): Promise<UpdateMetrics>;
  /** Parameters, optimizer state and counters as one safetensors file. */
  snapshot(): Promise<Uint8Array>;
  restore(bytes: Uint8Array): Promise<void>;
  dispose(): void;
}

/** The adapters of a student that trains nothing else. */
export interface StudentAdapters {
  readonly settings: LoraSettings;
  /** Fixes where they start. */
  readonly seed: number;
}

/** How a student writes, where not greedily from the start: see `t5/generate.ts`. */
export type Writing = Partial<
  Pick<GenerationOptions, 'temperature' | 'seeds' | 'prefixes' | 'guide' | 'onTokens'>
>;

/** One copy of the student, with parameters of its own. */
export interface Student {
  /**
   * Continuations without their end token, one per input; greedy ones unless told otherwise.
   *
   * @param maximumTokens most tokens of a row, its prefix and the end token included
   */
  generate(
    inputs: readonly (readonly number[])[],
    maximumTokens: number,
    writing?: Writing,
  ): Promise<number[][]>;
  /** The negative log-likelihood of every target token under teacher forcing, one list per example. */
  scoreTokens(examples: readonly TrainingExample[], batchSize: number): Promise<Float32Array[]>;
  /** What teacher forcing says of each example's target, in their order. */
  scoreTargets(examples: readonly TrainingExample[], batchSize: number): Promise<TargetScore[]>;
  /** How likely it finds the asked parts of rationales, a list a question. */
  scoreRationales(
    questions: readonly RationaleQuestion[],
    batchSize: number,
  ): Promise<RationaleScore[][]>;
  createTrainer(examples: readonly TrainingExample[], options: TrainerOptions): StudyTrainer;
  dispose(): void;
}

/** Measures the device's time kernel by kernel; see `tensor/kernel-profile.ts`. */
export interface KernelProfiler {
  start(): void;
  read(): Promise<KernelProfile>;
  stop(): void;
}

/** What every run's student starts from. */
export interface StudentOrigin {
  readonly configuration: T5Configuration;
  readonly parameters: ParameterSource;
}

export interface StudyModels {
  readonly tokenizer: Tokenizer;
  readonly studentOrigin: StudentOrigin;
  readonly teacher: Teacher;
  /** The same teacher where it shares the student's tokenizer; null where it does not. */
  readonly softTeacher: SoftTeacher | null;
  /**
   * A new student: with what a trainer's snapshot holds, or as it is before any training.
   *
   * @param adapters what it trains; null for all of its parameters
   * @throws Error when the snapshot holds adapters of another base
   */
  loadStudent(snapshot: Uint8Array | null, adapters: StudentAdapters | null): Promise<Student>;
  /** Frees the teacher's memory until it is asked again. */
  releaseTeacher(): void;
  /** Null on a device that cannot time its kernels. */
  readonly profiler: KernelProfiler | null;
  /** Bytes the engine holds now. */
  memoryBytes(): number;
  dispose(): void;
}

/** The adapters that a study's students train: every run starts from the same ones. */
export function studentAdapters({ seed, training }: StudyConfiguration): StudentAdapters | null {
  const { lora } = training;
  return lora === undefined ? null : { settings: lora, seed: hashSeed(seed, 'adapters') };
}
