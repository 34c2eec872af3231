/** Questions of the visitor's own to the models of one study: kept loaded between questions, one asked at a time. */

import type { StudyConfiguration } from '../study/configuration';
import { askStudent, askTeacher } from '../study/asking';
import type { LiveAnswer } from '../study/live-answer';
import { studentAdapters, type Student, type StudyModels } from '../study/models';
import type { StudySnapshot } from '../study/snapshot';
import { STUDENT_BEFORE, TEACHER } from '../study/subjects';
import type { Stores } from '../storage/stores';

export interface Question {
  /** A run id, `student` (before training) or `teacher`. */
  readonly subject: string;
  readonly question: string;
}

interface Session {
  readonly studyId: string;
  readonly models: StudyModels;
  /** The student that was asked last; others make room for it. */
  student: { readonly subject: string; readonly student: Student } | null;
}

export class QuestionDesk {
  readonly #stores: Stores;
  readonly #openModels: (configuration: StudyConfiguration) => Promise<StudyModels>;
  #session: Session | null = null;
  #asking: { readonly stop: AbortController; readonly ended: Promise<unknown> } | null = null;

  constructor(
    stores: Stores,
    openModels: (configuration: StudyConfiguration) => Promise<StudyModels>,
  ) {
    this.#stores = stores;
    this.#openModels = openModels;
  }

  /**
   * Asks a model of a study.
   *
   * @param hear called after every token
   * @throws Error while another question is being answered, or when the study has no such model
   */
  async ask(
    study: StudySnapshot,
    question: Question,
    hear: (answer: LiveAnswer) => void,
  ): Promise<LiveAnswer> {
    if (this.#asking !== null) {
      throw new Error('A question is being answered. Wait for it, or stop it, and ask again.');
    }
    const stop = new AbortController();
    const answered = this.#answer(study, question, { hear, signal: stop.signal });
    this.#asking = { stop, ended: answered.catch(() => {}) };
    try {
      return await answered;
    } finally {
      this.#asking = null;
    }
  }

  /** Ends the answer that is being written where it is. */
  async stop(): Promise<void> {
    this.#asking?.stop.abort();
    await this.#asking?.ended;
  }

  /** Ends what is being written and frees all memory: somebody else needs the device. */
  async close(): Promise<void> {
    await this.stop();
    this.#forget();
  }

  #forget(): void {
    this.#session?.student?.student.dispose();
    this.#session?.models.dispose();
    this.#session = null;
  }

  async #answer(
    study: StudySnapshot,
    { subject, question }: Question,
    listener: { readonly hear: (answer: LiveAnswer) => void; readonly signal: AbortSignal },
  ): Promise<LiveAnswer> {
    const { configuration } = study;
    const session = await this.#open(study);
    if (subject === TEACHER) {
      return askTeacher(session.models, configuration, question, listener);
    }
    const run = study.runs.find(({ runId }) => runId === subject) ?? null;
    if (run === null && subject !== STUDENT_BEFORE) {
      throw new Error('This study has no such student. Reload the page.');
    }
    const student = await this.#student(session, study, subject, run?.bestUpdate ?? null);
    const method = run?.method ?? null;
    return askStudent(session.models, student, method, configuration, question, listener);
  }

  async #open({ studyId, configuration }: StudySnapshot): Promise<Session> {
    if (this.#session?.studyId === studyId) return this.#session;
    this.#forget();
    const models = await this.#openModels(configuration);
    this.#session = { studyId, models, student: null };
    return this.#session;
  }

  async #student(
    session: Session,
    { configuration, runs }: StudySnapshot,
    subject: string,
    bestUpdate: number | null,
  ): Promise<Student> {
    if (session.student?.subject === subject) return session.student.student;
    session.student?.student.dispose();
    session.student = null;
    let snapshot: Uint8Array | null = null;
    if (subject !== STUDENT_BEFORE) {
      const { checkpoint } = await this.#stores.checkpoints.readPreferred(subject, bestUpdate);
      if (checkpoint === null) {
        const method = runs.find(({ runId }) => runId === subject)?.method ?? '';
        throw new Error(
          `Expected a checkpoint of method ${method}, found none. Its training has not been saved yet, or the study came without its weights.`,
        );
      }
      snapshot = checkpoint.bytes;
    }
    const student = await session.models.loadStudent(snapshot, studentAdapters(configuration));
    session.student = { subject, student };
    return student;
  }
}
