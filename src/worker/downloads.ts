/** The downloaded files of this browser, as the page lists and deletes them. */

import type { ArtefactStore } from '../storage/artefact-store';
import { isTrainerLockHeld } from '../storage/trainer-lock';
import { artefactName } from '../weights/hub/artefact';
import type { DownloadListing } from './protocol';

export async function listDownloads(artefacts: ArtefactStore): Promise<readonly DownloadListing[]> {
  return (await artefacts.list()).map(({ key, artefact, state, bytes, total, sha256, trust }) => ({
    key,
    name: artefactName(artefact),
    state,
    bytes,
    total,
    sha256,
    trust,
  }));
}

/** @throws Error while a study runs, in whatever tab: it may be reading the file */
export async function deleteDownload(artefacts: ArtefactStore, key: string): Promise<void> {
  if (await isTrainerLockHeld()) {
    throw new Error('A study is running and may need this file. Pause it before deleting.');
  }
  await artefacts.delete(key);
}
