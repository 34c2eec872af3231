/** Writes everything a study holds into one file: a zip archive of compressed lines of JSON and of checkpoints as they are. */

import { makeZip } from 'client-zip';
import * as v from 'valibot';
import type { CheckpointPointer, StudyRecord } from '../../storage/schema';
import type { Stores } from '../../storage/stores';
import { studyConfigurationSchema } from '../configuration';
import {
  ARCHIVE_VERSION,
  ARCHIVED_ID,
  checkpointPath,
  MANIFEST_PATH,
  partPath,
  STUDY_PATH,
  type ArchivePart,
  type Manifest,
  type PartName,
} from './archive-parts';
import { hashOf, hashPassing } from './hashing';
import { EXCERPT_TRACES } from './limits';
import { packSoftTargets } from './packed-numbers';
import { encodeRecords } from './record-lines';
import { StudyIds } from './study-ids';

/**
 * How much of a study goes into its file. Without the weights all there is to see stays, and the students cannot be
 * taken away or asked; an excerpt has only the first rationales and the test problems besides.
 */
export type Extent = 'whole' | 'without-weights' | 'excerpt';

export interface StudyExportOptions {
  readonly extent: Extent;
  /** Called with a sentence for every checkpoint that is damaged and therefore left out. */
  readonly note: (sentence: string) => void;
}

/**
 * The file of a study, as it is made. The same study always gives the same bytes: no time and no id of this browser is
 * in it.
 *
 * @throws Error when the study is not there any more, or is to go without the weights it still needs
 */
export async function exportStudy(
  stores: Stores,
  studyId: string,
  options: StudyExportOptions,
): Promise<ReadableStream<Uint8Array>> {
  const record = await stores.studies.read(studyId);
  if (record === null || record.hidden !== undefined) {
    throw new Error('This study is not in this browser any more.');
  }
  const { extent } = options;
  if (extent !== 'whole' && record.status !== 'done') {
    throw new Error('This study is not done and needs its weights to go on: export it with them.');
  }
  const checkpoints =
    extent === 'whole' ? await wholeCheckpoints(stores, studyId, options.note) : [];
  const study = record;
  const lastModified = new Date(study.createdAt);
  async function* entries() {
    for await (const { path, content } of archivedFiles(stores, study, checkpoints, extent)) {
      yield { name: path, input: content, lastModified };
    }
  }
  return makeZip(entries());
}

/** Those checkpoints that are as they were written. */
async function wholeCheckpoints(
  { archives }: Stores,
  studyId: string,
  note: (sentence: string) => void,
): Promise<CheckpointPointer[]> {
  const whole: CheckpointPointer[] = [];
  for (const pointer of await archives.checkpoints(studyId)) {
    if ((await hashOf(archives.checkpointPieces(pointer))) === pointer.sha256) whole.push(pointer);
    else {
      note(
        `The checkpoint of ${pointer.run.method} at update ${pointer.update} is damaged and is not exported.`,
      );
    }
  }
  return whole;
}

interface ArchivedFile {
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array> | string;
}

/** The files one after the other, each to be read to its end before the next; the manifest knows all of them. */
async function* archivedFiles(
  stores: Stores,
  record: StudyRecord,
  checkpoints: readonly CheckpointPointer[],
  extent: Extent,
): AsyncGenerator<ArchivedFile> {
  const parts: ArchivePart[] = [];
  const listed = (path: string, content: AsyncIterable<Uint8Array>): ArchivedFile => ({
    path,
    content: hashPassing(content, (passed) => parts.push({ path, ...passed })),
  });
  const ids = new StudyIds(record.studyId, ARCHIVED_ID);
  yield listed(STUDY_PATH, encodeRecords([ids.study(atRest(record))]));
  for (const [name, records] of recordsOf(stores, record.studyId, ids, checkpoints, extent)) {
    yield listed(partPath(name), encodeRecords(records));
  }
  for (const [place, pointer] of checkpoints.entries()) {
    yield listed(checkpointPath(place), stores.archives.checkpointPieces(pointer));
  }
  const manifest: Manifest = { format: 'winnow-study', version: ARCHIVE_VERSION, parts };
  yield { path: MANIFEST_PATH, content: `${JSON.stringify(manifest, null, 2)}\n` };
}

/** The records of every part, in the order of the parts. */
function recordsOf(
  { archives, runs, studies }: Stores,
  studyId: string,
  ids: StudyIds,
  checkpoints: readonly CheckpointPointer[],
  extent: Extent,
): readonly (readonly [PartName, AsyncIterable<object>])[] {
  const { records } = ids;
  async function* problems() {
    for await (const each of archives.each('problems', studyId)) {
      if (extent !== 'excerpt' || each.split === 'test') yield records.problems(each);
    }
  }
  async function* traces() {
    for await (const each of archives.each('traces', studyId)) {
      if (extent === 'excerpt' && each.index >= EXCERPT_TRACES) return;
      yield records.traces(each);
    }
  }
  async function* files() {
    const kept = await studies.readFiles(studyId);
    if (kept.length > 0) yield records.files({ studyId, files: kept });
  }
  async function* ofRuns() {
    for (const run of await runs.ofStudy(studyId)) yield records.runs(run);
  }
  async function* softTargets() {
    for await (const each of archives.each('softTargets', studyId)) {
      yield records['soft-targets'](packSoftTargets(each));
    }
  }
  return [
    ['files', files()],
    ['problems', problems()],
    ['traces', traces()],
    ['runs', ofRuns()],
    ['evaluations', changed(archives.each('evaluations', studyId), records.evaluations)],
    ['soft-targets', softTargets()],
    ['checkpoints', changed(checkpoints, records.checkpoints)],
  ];
}

async function* changed<Value extends object>(
  values: AsyncIterable<Value> | Iterable<Value>,
  change: (value: Value) => Value,
): AsyncGenerator<Value> {
  for await (const value of values) yield change(value);
}

/**
 * As it goes into a file, where nothing runs: one that says so was interrupted. Settings that came later than an old
 * study get the defaults that do what it did.
 */
function atRest(record: StudyRecord): StudyRecord {
  const configuration = v.parse(studyConfigurationSchema, record.configuration);
  return {
    ...record,
    configuration,
    status: record.status === 'running' ? 'paused' : record.status,
  };
}
