/** Obtains an artefact: from the storage where it is complete, from the hub otherwise, once for all tabs. */

import { artefactKey, artefactName, type Artefact } from './artefact';
import type { StoredArtefact } from './artefact-storage';
import { downloadArtefact, type DownloadOptions } from './download';

export interface ObtainOptions extends DownloadOptions {
  /**
   * Runs work that only one tab may do at a time; `waiting` is called when another one does it.
   *
   * @throws AbortError when the signal is aborted while waiting
   */
  readonly exclusively: <Result>(
    name: string,
    signal: AbortSignal,
    waiting: () => void,
    work: () => Promise<Result>,
  ) => Promise<Result>;
}

/**
 * The artefact as it is stored, complete and checked. Nobody is asked for what is stored already.
 *
 * @throws DownloadError when the hub does not give it, or something else than it should
 * @throws StorageFullError when there is no room
 * @throws AbortError when the signal was aborted
 */
export async function obtainArtefact(
  artefact: Artefact,
  options: ObtainOptions,
): Promise<StoredArtefact> {
  const key = artefactKey(artefact);
  const { storage, signal, exclusively, onNotice } = options;
  const stored = async (): Promise<StoredArtefact | null> => {
    const found = await storage.find(key);
    return found?.state === 'complete' && hasListedHash(found, artefact) ? found : null;
  };
  const waiting = () =>
    onNotice(`Another tab downloads ${artefactName(artefact)}; this one waits for it.`);
  return (
    (await stored()) ??
    exclusively(`winnow-download:${key}`, signal, waiting, async () => {
      const complete = await stored();
      if (complete !== null) return complete;
      if ((await storage.find(key))?.state === 'complete') {
        onNotice(
          `What is stored of ${artefactName(artefact)} is not the one listed; it is downloaded again.`,
        );
        await storage.delete(key);
      }
      return downloadArtefact(artefact, options);
    })
  );
}

/** A hash may have been listed since a file was pinned by its first download. */
function hasListedHash({ sha256 }: StoredArtefact, listed: Artefact): boolean {
  return listed.sha256 === null || listed.sha256 === sha256;
}
