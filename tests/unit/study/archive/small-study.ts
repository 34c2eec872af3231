/** A small study with something in every store, for the tests of its file, without a browser. */

import 'fake-indexeddb/auto';
import { openDatabase } from '../../../../src/storage/database';
import type { RunRecord, StudyRecord } from '../../../../src/storage/schema';
import { Stores } from '../../../../src/storage/stores';
import { encodeSafetensors } from '../../../../src/weights/safetensors-writer';
import { runRecord, studyRecord, trace } from '../../../browser/storage/records';

export const SMALL_ID = 'study-small';

let opened = 0;

export async function emptyStores(): Promise<Stores> {
  return new Stores(await openDatabase(`archive-${opened++}`));
}

/** Weights as a checkpoint holds them; different for every seed. */
export function smallCheckpoint(seed: number): Uint8Array {
  const data = Float32Array.from({ length: 12 }, (_, index) => Math.sin(seed + index));
  return encodeSafetensors([{ name: 'shared.weight', shape: [3, 4], data }], {
    updatesDone: String(seed),
  });
}

/** A study that was cut short while it trained: it has files and soft targets too. */
export async function storeSmallStudy(
  stores: Stores,
  studyId = SMALL_ID,
  traceCount = 300,
): Promise<StudyRecord> {
  const record: StudyRecord = { ...studyRecord(studyId), status: 'paused', message: 'Cut short.' };
  const run: RunRecord = { ...runRecord(20, 10), studyId, runId: `${studyId}-cot-1` };
  await stores.studies.create(record, [{ name: 'own.csv', text: 'q,a\nHow many?,5' }]);
  const traces = Array.from({ length: traceCount }, (_, index) => trace(index, { studyId }));
  await stores.traces.commit(traces, record);
  await stores.runs.commit([run], record);
  for (const update of [10, 20]) {
    await stores.checkpoints.write({ ...run, update }, smallCheckpoint(update), record);
  }
  await stores.evaluations.commit(
    { studyId, subject: 'teacher', split: 'test', batch: 0, records: [], elapsedMs: 2.5 },
    record,
  );
  await stores.softTargets.commit(
    {
      studyId,
      batch: 3,
      candidates: 2,
      ids: Uint16Array.of(0, 1, 255, 256, 32_127, 65_535),
      logits: Uint16Array.of(0xfbff, 0, 1, 2, 3, 4),
      elapsedMs: 3,
    },
    record,
  );
  return record;
}
