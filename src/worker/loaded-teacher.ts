/** A teacher whose model is loaded by its first question, because it may take more memory than all the rest. */

import type { RationaleQuestion, RationaleScore } from '../rationale/rationale-scores';
import type { Teacher, TeacherOptions, TeacherOutput } from '../rationale/teacher';

export interface ReleasableTeacher extends Teacher {
  /** Frees the model until the next question. */
  release(): void;
}

interface Disposable {
  dispose(): void | Promise<void>;
}

export class LoadedTeacher<Model extends Disposable> implements ReleasableTeacher {
  readonly name: string;
  readonly #load: () => Promise<Model>;
  readonly #teacherOf: (model: Model) => Teacher;
  #model: Promise<Model> | null = null;

  constructor(name: string, load: () => Promise<Model>, teacherOf: (model: Model) => Teacher) {
    this.name = name;
    this.#load = load;
    this.#teacherOf = teacherOf;
  }

  async generate(prompts: readonly string[], options: TeacherOptions): Promise<TeacherOutput[]> {
    this.#model ??= this.#load();
    return this.#teacherOf(await this.#model).generate(prompts, options);
  }

  /** @throws Error when the model gives no likelihoods */
  async scoreRationales(
    questions: readonly RationaleQuestion[],
    batchSize: number,
  ): Promise<RationaleScore[][]> {
    this.#model ??= this.#load();
    const teacher = this.#teacherOf(await this.#model);
    if (teacher.scoreRationales === undefined)
      throw new Error(
        `Expected a teacher that gives likelihoods, found ${this.name}. Choose a T5 teacher, or score no sequences (feedback.likelihoods 0).`,
      );
    return teacher.scoreRationales(questions, batchSize);
  }

  release(): void {
    // Whoever asked it something was told if it could not be loaded.
    this.#model?.then(
      (model) => model.dispose(),
      () => {},
    );
    this.#model = null;
  }
}
