/** Reads the file of a study to its end and finds out whether a study can be made of it. Nothing is written. */

import { CHUNK_BYTES } from '../../storage/chunks';
import type { CheckpointPointer, StudyRecord } from '../../storage/schema';
import { openSafetensors } from '../../weights/safetensors-reader';
import { WeightFileError } from '../../weights/weight-file-error';
import { archiveError } from './archive-error';
import { ARCHIVED_ID, type ArchivedRecords, type PartName } from './archive-parts';
import { hashOf } from './hashing';
import type { StudyArchive } from './open-archive';
import { unpackSoftTargets } from './packed-numbers';

/** What tells the records of a part from each other: two of the same key would replace one another. */
const KEYS: { readonly [Name in PartName]: (record: ArchivedRecords[Name]) => readonly unknown[] } =
  {
    files: () => [],
    problems: ({ split, index }) => [split, index],
    traces: ({ index }) => [index],
    runs: ({ runId }) => [runId],
    evaluations: ({ subject, split, batch }) => [subject, split, batch],
    'soft-targets': ({ batch }) => [batch],
    checkpoints: ({ runId, update }) => [runId, update],
  };

/**
 * Checks every byte of an archive.
 *
 * @returns the study's own record
 * @throws Error naming what is wrong
 */
export async function checkArchive(archive: StudyArchive): Promise<StudyRecord> {
  const study = await archive.readStudy();
  await checkPart(archive, 'files');
  await checkPart(archive, 'problems');
  const problemIds = new Set<string>();
  await checkPart(archive, 'traces', ({ problemId }) => {
    if (problemIds.has(problemId)) throw archiveError(`the problem "${problemId}" has two traces`);
    problemIds.add(problemId);
  });
  const runIds = new Set<string>();
  await checkPart(archive, 'runs', ({ runId }) => {
    if (!runId.startsWith(`${ARCHIVED_ID}-`)) {
      throw archiveError(`the run "${runId}" is not of this study`);
    }
    runIds.add(runId);
  });
  await checkPart(archive, 'evaluations');
  await checkPart(archive, 'soft-targets', unpackSoftTargets);
  const pointers: CheckpointPointer[] = [];
  await checkPart(archive, 'checkpoints', (pointer) => pointers.push(pointer));
  if (pointers.length !== archive.checkpoints) {
    throw archiveError(`it lists ${pointers.length} checkpoints and holds ${archive.checkpoints}`);
  }
  for (const [place, pointer] of pointers.entries()) {
    await checkCheckpoint(archive, place, pointer, runIds);
  }
  return study;
}

/** Reads a part to its end. @param visit checks a record further */
async function checkPart<Name extends PartName>(
  archive: StudyArchive,
  name: Name,
  visit: (record: ArchivedRecords[Name]) => unknown = () => {},
): Promise<void> {
  const keys = new Set<string>();
  const keyOf = KEYS[name];
  for await (const record of archive.readRecords(name)) {
    const key = keyOf(record).join(' ');
    if (keys.has(key)) throw archiveError(`two of its ${name} are the same (${key.slice(0, 200)})`);
    keys.add(key);
    visit(record);
  }
}

async function checkCheckpoint(
  archive: StudyArchive,
  place: number,
  { runId, run, update, bytes, chunks, sha256 }: CheckpointPointer,
  runIds: ReadonlySet<string>,
): Promise<void> {
  const { part, source, bytes: content } = archive.checkpoint(place);
  const isSame =
    runIds.has(runId) &&
    run.runId === runId &&
    run.update === update &&
    bytes === part.bytes &&
    chunks === Math.ceil(bytes / CHUNK_BYTES) &&
    sha256 === part.sha256;
  if (!isSame) throw archiveError(`"${part.path}" is not the checkpoint that it is listed as`);
  await hashOf(content);
  try {
    await openSafetensors(source);
  } catch (error) {
    if (!(error instanceof WeightFileError)) throw error;
    throw archiveError(`one of its checkpoints is no such thing: ${error.message}`);
  }
}
