/** What a study needs of its models: the engine behind them (tfjs, or a stand-in in tests) stays out of sight. */

import type { TrainerOptions, TrainingExample, UpdateMetrics } from '../distill/trainer';
import type { Teacher } from '../rationale/teacher';
import type { TargetScore } from '../t5/score';
import type { Tokenizer } from '../text/tokenizer';

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

/** One copy of the student, with parameters of its own. */
export interface Student {
  /** Greedy continuations without their end token, one per input. */
  generate(inputs: readonly (readonly number[])[], maximumTokens: number): Promise<number[][]>;
  /** What teacher forcing says of each example's target, in their order. */
  scoreTargets(examples: readonly TrainingExample[], batchSize: number): Promise<TargetScore[]>;
  createTrainer(examples: readonly TrainingExample[], options: TrainerOptions): StudyTrainer;
  dispose(): void;
}

export interface StudyModels {
  readonly tokenizer: Tokenizer;
  readonly teacher: Teacher;
  /** A new student: with the parameters of a trainer's snapshot, or as it is before any training. */
  loadStudent(snapshot: Uint8Array | null): Promise<Student>;
  /** Frees the teacher's memory until it is asked again. */
  releaseTeacher(): void;
  /** Bytes the engine holds now. */
  memoryBytes(): number;
  dispose(): void;
}
