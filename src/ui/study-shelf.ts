/** What the visitor does to the studies that are stored in this browser, besides running them. */

import type { StudyConfiguration } from '../study/configuration';
import type { SavedFile } from '../worker/protocol';
import type { StudyService } from './study-service';

export class StudyShelf {
  readonly #service: StudyService;

  constructor(service: StudyService) {
    this.#service = service;
  }

  async undoRemove(studyId: string): Promise<void> {
    const { client } = this.#service;
    await this.#service.intend(() => client.request('undoDelete', { studyId }));
  }

  async rename(studyId: string, name: string): Promise<void> {
    const { client } = this.#service;
    await this.#service.intend(() => client.request('renameStudy', { studyId, name }));
  }

  /** What a study was set up with; null after an error. */
  async configuration(studyId: string): Promise<StudyConfiguration | null> {
    const { client } = this.#service;
    const study = await this.#service.attempt(() => client.request('readSnapshot', { studyId }));
    return study?.configuration ?? null;
  }

  /** Everything of a study as a file to save; null after an error. */
  async export(studyId: string): Promise<SavedFile | null> {
    const { client } = this.#service;
    return this.#service.intend(() => client.request('exportStudy', { studyId, weights: true }));
  }

  /** Stores the study of a file beside the others; its name, or null after an error. */
  async import(file: Blob): Promise<string | null> {
    const { client } = this.#service;
    const added = await this.#service.intend(() => client.request('importStudy', { file }));
    return added?.name ?? null;
  }

  /**
   * About how many bytes each study takes.
   *
   * @throws Error with the worker's sentence
   */
  async measure(): Promise<Readonly<Record<string, number>>> {
    return this.#service.client.request('studySizes', {});
  }
}
