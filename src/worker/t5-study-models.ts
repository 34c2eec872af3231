/** The models of a study as the engine has them: a T5 student, and as teacher a T5 of the same tokenizer or another. */

import * as tf from '@tensorflow/tfjs-core';
import { Trainer } from '../distill/trainer';
import { assertSameBase } from '../distill/training-state';
import { scoreRationales } from '../rationale/rationale-scores';
import { T5Teacher } from '../rationale/t5-teacher';
import type { SoftTeacher } from '../rationale/teacher';
import type {
  KernelProfiler,
  Student,
  StudentAdapters,
  StudentOrigin,
  StudyModels,
} from '../study/models';
import { parseT5Configuration } from '../t5/configuration';
import { trimMemory } from '../tensor/memory-budget';
import { generate } from '../t5/generate';
import { initialAdapters } from '../t5/lora';
import { T5Model, type ParameterSource } from '../t5/model';
import { scoreTargets, scoreTokens } from '../t5/score';
import {
  canProfileKernels,
  readKernelProfile,
  startKernelProfile,
  stopKernelProfile,
} from '../tensor/kernel-profile';
import type { Tokenizer } from '../text/tokenizer';
import { memorySource } from '../weights/byte-source';
import type { T5Checkpoint } from '../weights/checkpoint';
import { openSafetensors } from '../weights/safetensors-reader';
import { LoadedTeacher, type ReleasableTeacher } from './loaded-teacher';

/** A student's or teacher's starting point: its shape and where its parameters are read from. */
export type T5Source = StudentOrigin;

/** What every run's student starts from. */
export interface StudentStart {
  readonly source: T5Source;
  readonly tokenizer: Tokenizer;
}

/** Reads the configuration an opened checkpoint carries. */
export function checkpointSource(checkpoint: T5Checkpoint): T5Source {
  return {
    configuration: parseT5Configuration(checkpoint.configJson),
    parameters: checkpoint,
  };
}

/**
 * The models of two sources, loaded when they are needed: every run gets a student of its own.
 *
 * @param read turns what the teacher writes into the rationale grammar, where it does not write that itself
 * @throws Error when a model has fewer embeddings than the tokenizer has pieces.
 */
export async function openT5StudyModels(
  teacherName: string,
  teacher: T5Source,
  student: T5Source,
  tokenizer: Tokenizer,
  read?: (text: string) => string,
): Promise<StudyModels> {
  assertEmbeds(teacher, tokenizer);
  const loaded = new LoadedTeacher(
    { name: teacherName, continues: read === undefined },
    () => T5Model.load(teacher.configuration, teacher.parameters, { keepQuantised: true }),
    (model) => new T5Teacher(teacherName, model, tokenizer, read),
  );
  const softTeacher: SoftTeacher = {
    softTargets: (texts, candidates) =>
      loaded.ask((teacher) => teacher.softTargets(texts, candidates)),
  };
  return openStudyModels(loaded, { source: student, tokenizer }, softTeacher);
}

/**
 * The models of a study with whatever teacher.
 *
 * @param softTeacher the same teacher, where it shares the tokenizer
 * @throws Error when the student has fewer embeddings than the tokenizer has pieces.
 */
export function openStudyModels(
  teacher: ReleasableTeacher,
  { source, tokenizer }: StudentStart,
  softTeacher: SoftTeacher | null = null,
): StudyModels {
  assertEmbeds(source, tokenizer);
  return new T5StudyModels(teacher, softTeacher, source, tokenizer);
}

function assertEmbeds({ configuration }: T5Source, tokenizer: Tokenizer): void {
  if (configuration.vocabularySize >= tokenizer.vocabularySize) return;
  throw new Error(
    `Expected a model with at least the tokenizer's ${tokenizer.vocabularySize} embeddings, found ${configuration.vocabularySize}. Use the tokenizer the model was made with.`,
  );
}

class T5StudyModels implements StudyModels {
  readonly teacher: ReleasableTeacher;
  readonly softTeacher: SoftTeacher | null;
  readonly tokenizer: Tokenizer;
  readonly studentOrigin: StudentOrigin;

  constructor(
    teacher: ReleasableTeacher,
    softTeacher: SoftTeacher | null,
    student: T5Source,
    tokenizer: Tokenizer,
  ) {
    this.tokenizer = tokenizer;
    this.teacher = teacher;
    this.softTeacher = softTeacher;
    this.studentOrigin = student;
  }

  async loadStudent(
    snapshot: Uint8Array | null,
    adapters: StudentAdapters | null,
  ): Promise<Student> {
    const { configuration, parameters } = this.studentOrigin;
    const saved = snapshot === null ? null : await openSnapshot(snapshot);
    if (adapters === null) {
      const model = await T5Model.load(configuration, saved?.values ?? parameters);
      return t5Student(model, this.tokenizer);
    }
    const { settings, seed } = adapters;
    const source = saved?.values ?? initialAdapters(configuration, settings, seed);
    const model = await T5Model.load(configuration, parameters, {
      keepQuantised: true,
      adapters: { settings, source },
    });
    try {
      if (saved !== null) await assertSameBase(model, saved.metadata);
      return t5Student(model, this.tokenizer);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  get profiler(): KernelProfiler | null {
    if (!canProfileKernels()) return null;
    return { start: startKernelProfile, read: readKernelProfile, stop: stopKernelProfile };
  }

  memoryBytes(): number {
    return tf.memory().numBytes;
  }

  releaseTeacher(): void {
    this.teacher.release();
    trimMemory();
  }

  dispose(): void {
    this.releaseTeacher();
  }
}

/** A trainer's snapshot holds what was trained under its own names, next to the optimizer's state. */
async function openSnapshot(snapshot: Uint8Array) {
  const file = await openSafetensors(memorySource('checkpoint', snapshot));
  const values: ParameterSource = {
    async readTensor(name) {
      const values = await file.readTensor(name);
      if (values instanceof Float32Array) return values;
      throw new Error(
        `Expected floating-point values for "${name}" in the checkpoint, found integers. Start the study again.`,
      );
    },
  };
  return { values, metadata: file.metadata };
}

function t5Student(model: T5Model, tokenizer: Tokenizer): Student {
  return {
    generate: (inputs, maximumTokens, writing) =>
      generate(model, inputs, { temperature: 0, ...writing, maximumTokens }),
    scoreTokens: (examples, batchSize) => scoreTokens(model, examples, batchSize),
    scoreTargets: (examples, batchSize) => scoreTargets(model, examples, batchSize),
    scoreRationales: (questions, batchSize) =>
      scoreRationales(model, tokenizer, questions, batchSize),
    createTrainer: (examples, options) => new Trainer(model, examples, options),
    dispose: () => {
      model.dispose();
      trimMemory();
    },
  };
}
