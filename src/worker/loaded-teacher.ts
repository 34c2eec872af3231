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

export class LoadedTeacher<
  Model extends Disposable,
  Own extends Teacher,
> implements ReleasableTeacher {
  readonly name: string;
  readonly continues: boolean;
  readonly #load: () => Promise<Model>;
  readonly #teacherOf: (model: Model) => Own;
  #model: Promise<Model> | null = null;

  constructor(
    { name, continues }: Pick<Teacher, 'name' | 'continues'>,
    load: () => Promise<Model>,
    teacherOf: (model: Model) => Own,
  ) {
    this.name = name;
    this.continues = continues;
    this.#load = load;
    this.#teacherOf = teacherOf;
  }

  async generate(prompts: readonly string[], options: TeacherOptions): Promise<TeacherOutput[]> {
    return this.ask((teacher) => teacher.generate(prompts, options));
  }

  /** Puts a question of any kind to the teacher. */
  async ask<Answer>(question: (teacher: Own) => Promise<Answer>): Promise<Answer> {
    this.#model ??= this.#load();
    return question(this.#teacherOf(await this.#model));
  }

  /** @throws Error when the model gives no likelihoods */
  async scoreRationales(
    questions: readonly RationaleQuestion[],
    batchSize: number,
  ): Promise<RationaleScore[][]> {
    return this.ask(async (teacher) => {
      if (teacher.scoreRationales === undefined)
        throw new Error(
          `Expected a teacher that gives likelihoods, found ${this.name}. Choose a T5 teacher, or score no sequences (feedback.likelihoods 0).`,
        );
      return teacher.scoreRationales(questions, batchSize);
    });
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
