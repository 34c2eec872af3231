/** About how many bytes each study takes: weights and probabilities as they are counted, the rest from samples. */

import type { Database } from './database';
import { keysUnder } from './schema';

/** Records of a store that are measured; traces of a study differ little in length. */
const SAMPLE = 40;

/** Stores whose records are plain values, read by a range of their keys. */
const PLAIN_STORES = ['problems', 'traces', 'traceRows', 'evaluations'] as const;

/** Bytes by study, hidden ones left out. What the browser's own bookkeeping adds is not counted. */
export async function measureStudies(database: Database): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const study of await database.connection.getAll('studies')) {
    if (study.hidden !== undefined) continue;
    const { studyId } = study;
    sizes[studyId] =
      textBytes(study) +
      (await plainBytes(database, studyId)) +
      (await checkpointBytes(database, studyId)) +
      (await softTargetBytes(database, studyId));
  }
  return sizes;
}

async function plainBytes({ connection }: Database, studyId: string): Promise<number> {
  const range = keysUnder(studyId);
  const runs = await connection.getAllFromIndex('runs', 'by-study', studyId);
  let bytes = runs.reduce((sum, run) => sum + textBytes(run), 0);
  for (const name of PLAIN_STORES) {
    const sample = await connection.getAll(name, range, SAMPLE);
    if (sample.length === 0) continue;
    const measured = sample.reduce((sum, record) => sum + textBytes(record), 0);
    bytes += (measured / sample.length) * (await connection.count(name, range));
  }
  return Math.round(bytes);
}

async function checkpointBytes({ connection }: Database, studyId: string): Promise<number> {
  const pointers = await connection.getAllFromIndex('checkpoints', 'by-study', studyId);
  return pointers.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function softTargetBytes({ connection }: Database, studyId: string): Promise<number> {
  const range = keysUnder(studyId);
  const sample = await connection.getAll('softTargets', range, SAMPLE);
  if (sample.length === 0) return 0;
  const measured = sample.reduce(
    (sum, { ids, logits }) => sum + ids.byteLength + logits.byteLength,
    0,
  );
  return Math.round((measured / sample.length) * (await connection.count('softTargets', range)));
}

/** The stored form is close to this for the Latin texts of problems and rationales. */
function textBytes(record: unknown): number {
  return JSON.stringify(record).length;
}
