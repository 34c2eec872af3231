/** Takes a study in from its file: everything is checked before anything is written, and shown once all of it is. */

import type { StudyRecord } from '../../storage/schema';
import type { Stores } from '../../storage/stores';
import type { ByteSource } from '../../weights/byte-source';
import { ARCHIVED_ID } from './archive-parts';
import { checkArchive } from './check-archive';
import { StudyArchive } from './open-archive';
import { unpackSoftTargets } from './packed-numbers';
import { StudyIds } from './study-ids';

/** Records that are written at once. */
const BATCH = 256;

/**
 * Checks a file and stores its study.
 *
 * @param studyId the id that it gets here, which no study may have
 * @returns the study's record
 * @throws Error naming what is wrong with the file, before anything is written
 * @throws StorageFullError when there is no room; nothing of the study stays then
 */
export async function importStudy(
  stores: Stores,
  source: ByteSource,
  studyId: string,
): Promise<StudyRecord> {
  const archive = await StudyArchive.open(source);
  const ids = new StudyIds(ARCHIVED_ID, studyId);
  const study = ids.study(await checkArchive(archive));
  await stores.archives.begin(study);
  try {
    await writeRecords(stores, archive, ids, study);
    await stores.archives.finish(study);
  } catch (error) {
    await stores.studies.delete(studyId);
    throw error;
  }
  return study;
}

async function writeRecords(
  { archives }: Stores,
  archive: StudyArchive,
  { records }: StudyIds,
  study: StudyRecord,
): Promise<void> {
  for await (const batch of batches(archive.readRecords('files'), records.files)) {
    await archives.add(study, 'files', batch);
  }
  for await (const batch of batches(archive.readRecords('problems'), records.problems)) {
    await archives.add(study, 'problems', batch);
  }
  for await (const batch of batches(archive.readRecords('traces'), records.traces)) {
    await archives.addTraces(study, batch);
  }
  for await (const batch of batches(archive.readRecords('runs'), records.runs)) {
    await archives.add(study, 'runs', batch);
  }
  for await (const batch of batches(archive.readRecords('evaluations'), records.evaluations)) {
    await archives.add(study, 'evaluations', batch);
  }
  for await (const batch of batches(archive.readRecords('soft-targets'), records['soft-targets'])) {
    await archives.add(study, 'softTargets', batch.map(unpackSoftTargets));
  }
  let place = 0;
  for await (const pointer of archive.readRecords('checkpoints')) {
    await archives.addCheckpoint(
      study,
      records.checkpoints(pointer),
      archive.checkpoint(place).bytes,
    );
    place++;
  }
}

async function* batches<Value>(
  values: AsyncIterable<Value>,
  change: (value: Value) => Value,
): AsyncGenerator<readonly Value[]> {
  let batch: Value[] = [];
  for await (const value of values) {
    batch.push(change(value));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
