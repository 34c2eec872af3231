/** The studies of this browser that do not run in this worker: listing, reading, renaming and deleting them. */

import type { Stores } from '../storage/stores';
import { isTrainerLockHeld } from '../storage/trainer-lock';
import { studyFileName } from '../study/archive/archive-parts';
import { exportStudy } from '../study/archive/export-study';
import { importStudy } from '../study/archive/import-study';
import { newStudyId } from '../study/name';
import type { StudySnapshot } from '../study/snapshot';
import { blobSource } from '../weights/byte-source';
import { UNDO_MS, type SavedFile, type StudyListing } from './protocol';

export const GONE = 'This study is not in this browser any more.';

/** What a study is that was running when its page was closed. */
const INTERRUPTED =
  'The page was closed while this study ran; it can go on where it was last saved.';

export class StudyShelf {
  readonly #stores: Stores;
  readonly #log: (sentence: string) => void;

  constructor(stores: Stores, log: (sentence: string) => void) {
    this.#stores = stores;
    this.#log = log;
  }

  /** The study as stored; one that says it runs while nobody trains was interrupted. */
  async read(studyId: string): Promise<StudySnapshot | null> {
    const snapshot = await this.#stores.studies.readSnapshot(studyId);
    if (snapshot?.status !== 'running' || (await isTrainerLockHeld())) return snapshot;
    return { ...snapshot, status: 'paused', message: INTERRUPTED };
  }

  async list(): Promise<readonly StudyListing[]> {
    const held = await isTrainerLockHeld();
    return (await this.#stores.studies.list()).map((study) =>
      study.status === 'running' && !held ? { ...study, status: 'paused' } : study,
    );
  }

  /** Hides a study, and removes it when that cannot be undone any more. */
  async delete(studyId: string): Promise<void> {
    await this.#requireStopped(studyId, 'deleting');
    await this.#stores.studies.hide(studyId, Date.now());
    setTimeout(() => void this.removeHidden(), UNDO_MS + 1);
  }

  /** @throws Error when it is too late */
  async undoDelete(studyId: string): Promise<void> {
    await this.#stores.studies.restore(studyId);
  }

  async rename(studyId: string, name: string): Promise<void> {
    await this.#requireStopped(studyId, 'renaming');
    await this.#stores.studies.rename(studyId, name);
  }

  /** Everything of a study in one file. */
  async export(studyId: string, weights: boolean): Promise<SavedFile> {
    await this.#requireStopped(studyId, 'exporting');
    const study = await this.read(studyId);
    if (study === null) throw new Error(GONE);
    const archive = await exportStudy(this.#stores, studyId, {
      extent: weights ? 'whole' : 'without-weights',
      note: this.#log,
    });
    // The browser keeps what is done, on disk where it is large.
    const content = await new Response(archive).blob();
    return { name: studyFileName(study.name), content };
  }

  /** Stores the study of a file beside the others. */
  async import(file: Blob): Promise<{ studyId: string; name: string }> {
    const { studyId, name } = await importStudy(
      this.#stores,
      blobSource('study', file),
      newStudyId(Date.now()),
    );
    return { studyId, name };
  }

  /**
   * Removes what was deleted longer ago than can be undone, and imports that were cut short. Where this fails, the
   * next page that is opened does it.
   */
  async removeHidden(): Promise<void> {
    try {
      await this.#stores.studies.removeHidden(Date.now() - UNDO_MS);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log(`Deleted studies could not be removed yet: ${reason}`);
    }
  }

  /** @throws Error while the study runs somewhere: whoever runs it would write over the change */
  async #requireStopped(studyId: string, doing: string): Promise<void> {
    if ((await this.read(studyId))?.status === 'running') {
      throw new Error(
        `This study is running. Pause it, or the tab that runs it, before ${doing} it.`,
      );
    }
  }
}
