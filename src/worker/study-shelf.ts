/** The studies of this browser that do not run in this worker: listing, reading, renaming and deleting them. */

import type { Stores } from '../storage/stores';
import { isTrainerLockHeld } from '../storage/trainer-lock';
import type { StudySnapshot } from '../study/snapshot';
import { UNDO_MS, type StudyListing } from './protocol';

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

  /** @throws Error when another tab runs the study, which would write over the change */
  async #requireStopped(studyId: string, doing: string): Promise<void> {
    if ((await this.read(studyId))?.status === 'running') {
      throw new Error(`Another tab runs this study. Pause it there before ${doing} it.`);
    }
  }
}
