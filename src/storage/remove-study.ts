/** Removing a study: everything that belongs to it, in the transaction of whoever asks. */

import type { WriteTransaction } from './database';
import { keysUnder } from './schema';

/** The stores that hold something of a study. */
export const STUDY_STORES = [
  'studies',
  'files',
  'problems',
  'traces',
  'traceRows',
  'runs',
  'evaluations',
  'checkpoints',
  'chunks',
  'softTargets',
] as const;

export async function removeStudy(
  transaction: WriteTransaction<(typeof STUDY_STORES)[number][]>,
  studyId: string,
): Promise<void> {
  const runIds = await transaction.objectStore('runs').index('by-study').getAllKeys(studyId);
  const checkpoints = transaction.objectStore('checkpoints');
  const pointers = await checkpoints.index('by-study').getAllKeys(studyId);
  const range = keysUnder(studyId);
  await Promise.all([
    transaction.objectStore('studies').delete(studyId),
    transaction.objectStore('files').delete(studyId),
    transaction.objectStore('problems').delete(range),
    transaction.objectStore('traces').delete(range),
    transaction.objectStore('traceRows').delete(range),
    transaction.objectStore('evaluations').delete(range),
    transaction.objectStore('softTargets').delete(range),
    ...runIds.map((runId) => transaction.objectStore('runs').delete(runId)),
    ...pointers.flatMap(([runId, update]) => [
      checkpoints.delete([runId, update]),
      transaction.objectStore('chunks').delete(keysUnder(runId, update)),
    ]),
  ]);
}
