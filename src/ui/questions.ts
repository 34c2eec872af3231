/** Questions of the visitor's own to the models of a study. */

import type { LiveAnswer } from '../study/live-answer';
import type { Requests } from '../worker/protocol';
import type { StudyService } from './study-service';

export class Questions {
  readonly #service: StudyService;

  constructor(service: StudyService) {
    this.#service = service;
  }

  /**
   * Puts a question to a model of a study.
   *
   * @param hear called with what is written so far
   * @returns the answer; null after an error, which is on screen
   */
  async ask(
    question: Requests['askModel']['parameters'],
    hear: (answer: LiveAnswer) => void,
  ): Promise<LiveAnswer | null> {
    const { client } = this.#service;
    const end = client.onAnswer(hear);
    try {
      return await this.#service.attempt(() => client.request('askModel', question));
    } finally {
      end();
    }
  }

  /** Ends the answer that is being written. */
  async stop(): Promise<void> {
    const { client } = this.#service;
    await this.#service.attempt(() => client.request('stopAnswer', {}));
  }

  /** Frees what the models take. */
  async close(): Promise<void> {
    const { client } = this.#service;
    await this.#service.attempt(() => client.request('closeQuestions', {}));
  }

  /** The question of one of a study's problems, another one each time; null where it has none. */
  async suggest(studyId: string): Promise<string | null> {
    const { client } = this.#service;
    const query = { studyId, filter: {}, order: 'problem' } as const;
    const listing = await this.#service.attempt(() => client.request('listTraces', query));
    const rows = listing?.rows ?? [];
    return rows[Math.floor(Math.random() * rows.length)]?.question ?? null;
  }
}
