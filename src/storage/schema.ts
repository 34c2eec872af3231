/** The IndexedDB schema: every store, its key, its records, and how the database is created. */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { Problem, SplitName } from '../data/problem';
import type { EvaluationRecord } from '../evaluate/records';
import type { Trace } from '../rationale/trace';
import type { TraceRow } from '../rationale/trace-listing';
import type { RunProgress, StudySnapshot } from '../study/snapshot';
import type { StoredArtefact } from '../weights/hub/artefact-storage';
import type { ProblemFile } from '../data/file-layout';
import { traceRowRecord } from './trace-row';

export const DATABASE_NAME = 'winnow';
export const DATABASE_VERSION = 5;

/** Why a study is stored and not shown. */
export interface Hidden {
  /** Deleted by the visitor, who may undo that for a while; or on its way in from a file. */
  readonly why: 'deleted' | 'arriving';
  /** Milliseconds since the epoch. A mark that has not been renewed for long belongs to nobody any more. */
  readonly since: number;
}

/** Everything about a study but its runs: configuration, status, progress of each stage, summaries, report. */
export interface StudyRecord extends Omit<StudySnapshot, 'runs'> {
  /** Absent in every study that is shown. */
  readonly hidden?: Hidden;
}

/** The files a study was started with, kept until its data stage has read them. */
export interface StudyFilesRecord {
  readonly studyId: string;
  readonly files: readonly ProblemFile[];
}

/** One problem of one split; `index` is its position there. */
export interface ProblemRecord {
  readonly studyId: string;
  readonly split: SplitName;
  readonly index: number;
  readonly problem: Problem;
}

/** The small projection of a trace that lists and filters are made from. */
export interface TraceRowRecord extends Omit<TraceRow, 'students' | 'failedRuns' | 'loop'> {
  readonly studyId: string;
  /** Absent in rows that earlier versions wrote. */
  readonly loop?: TraceRow['loop'];
  /** What a search looks at, in lower case. */
  readonly searchText: string;
  /** SHA-256 of the trace; absent in rows that earlier versions wrote. */
  readonly digest?: string;
}

/** One run as it was last seen; after a crash its checkpoint's copy is the one that counts. */
export interface RunRecord extends RunProgress {
  readonly studyId: string;
  /** Training examples of this run. */
  readonly examples: number;
  /** Problems left out of the examples, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly peakMemoryBytes: number;
  /** Time the teacher took for the probabilities it learns from; absent where it learns labels alone. */
  readonly softTargetsMs?: number;
}

/** One batch of an evaluation: the unit that is written and resumed. */
export interface EvaluationBatch {
  readonly studyId: string;
  /** A run id, `student` (before training) or `teacher`. */
  readonly subject: string;
  readonly split: SplitName;
  readonly batch: number;
  readonly records: readonly EvaluationRecord[];
  readonly elapsedMs: number;
}

/** Names a complete checkpoint: written last, in the transaction that writes its chunks. */
export interface CheckpointPointer {
  readonly studyId: string;
  readonly runId: string;
  /** Updates done. */
  readonly update: number;
  readonly bytes: number;
  readonly chunks: number;
  /** SHA-256 of the whole, in hexadecimal. */
  readonly sha256: string;
  /** The run's metrics at this update: what a resumed run goes on from. */
  readonly run: RunRecord;
  readonly createdAt: number;
}

/** One piece of a checkpoint. */
export interface ChunkRecord {
  readonly runId: string;
  readonly update: number;
  readonly piece: number;
  readonly bytes: ArrayBuffer;
}

/** One piece of a downloaded file. */
export interface ArtefactPieceRecord {
  /** The artefact's. */
  readonly key: string;
  readonly piece: number;
  readonly bytes: ArrayBuffer;
}

/** The fastest tiles for matrix products on one adapter, by class of product. */
export interface TilesRecord {
  readonly adapter: string;
  readonly tiles: Readonly<Record<string, string>>;
  readonly measuredAt: number;
}

/** What the teacher said of one batch of training targets: the unit that is computed, written and resumed. */
export interface SoftTargetRecord {
  readonly studyId: string;
  readonly batch: number;
  /** Tokens given for each position. */
  readonly candidates: number;
  /** `[positions * candidates]`, all targets of the batch one after the other */
  readonly ids: Uint16Array;
  /** Half-precision bits, shaped as the ids. */
  readonly logits: Uint16Array;
  /** Time the teacher took. */
  readonly elapsedMs: number;
}

export interface WinnowSchema extends DBSchema {
  studies: { key: string; value: StudyRecord };
  files: { key: string; value: StudyFilesRecord };
  problems: { key: [string, SplitName, number]; value: ProblemRecord };
  traces: {
    key: [string, number];
    value: Trace;
    indexes: { 'by-problem': [string, string] };
  };
  traceRows: { key: [string, number]; value: TraceRowRecord };
  runs: { key: string; value: RunRecord; indexes: { 'by-study': string } };
  evaluations: { key: [string, string, SplitName, number]; value: EvaluationBatch };
  checkpoints: {
    key: [string, number];
    value: CheckpointPointer;
    indexes: { 'by-study': string };
  };
  chunks: { key: [string, number, number]; value: ChunkRecord };
  artefacts: { key: string; value: StoredArtefact };
  artefactPieces: { key: [string, number]; value: ArtefactPieceRecord };
  tiles: { key: string; value: TilesRecord };
  softTargets: { key: [string, number]; value: SoftTargetRecord };
}

/**
 * Brings a database to the present version, whatever version it has; what it holds stays.
 *
 * @param oldVersion 0 for a new database
 */
export async function upgradeStores(
  database: IDBPDatabase<WinnowSchema>,
  oldVersion: number,
  transaction: UpgradeTransaction,
): Promise<void> {
  if (oldVersion < 1) createStores(database);
  if (oldVersion < 2) {
    database.createObjectStore('artefacts', { keyPath: 'key' });
    database.createObjectStore('artefactPieces', { keyPath: ['key', 'piece'] });
    await addModelChoices(transaction);
  }
  if (oldVersion < 3) database.createObjectStore('tiles', { keyPath: 'adapter' });
  if (oldVersion > 0 && oldVersion < 4) await makeTraceRowsAgain(transaction);
  if (oldVersion < 5) database.createObjectStore('softTargets', { keyPath: ['studyId', 'batch'] });
}

type UpgradeTransaction = IDBPTransaction<
  WinnowSchema,
  StoreNames<WinnowSchema>[],
  'versionchange'
>;

/** Before version 2 there was no choice of models: every study ran with the pocket pair. */
async function addModelChoices(transaction: UpgradeTransaction): Promise<void> {
  const studies = transaction.objectStore('studies');
  for (const study of await studies.getAll()) {
    const models: StudyRecord['configuration']['models'] = {
      teacher: { source: 'pocket' },
      student: { source: 'pocket' },
      hubs: {
        huggingFace: 'https://huggingface.co',
        github: 'https://raw.githubusercontent.com',
      },
    };
    await studies.put({ ...study, configuration: { ...study.configuration, models } });
  }
}

/** Before version 4 the trace list was searched by the question and the greedy rationale alone. */
async function makeTraceRowsAgain(transaction: UpgradeTransaction): Promise<void> {
  const traces = transaction.objectStore('traces');
  let cursor = await transaction.objectStore('traceRows').openCursor();
  while (cursor !== null) {
    const { studyId, index, digest } = cursor.value;
    const trace = await traces.get([studyId, index]);
    // A row without its trace stays as it is, for whoever looks for damage.
    if (trace !== undefined) {
      await cursor.update({
        ...traceRowRecord(trace),
        ...(digest === undefined ? {} : { digest }),
      });
    }
    cursor = await cursor.continue();
  }
}

/** Version 1. */
function createStores(database: IDBPDatabase<WinnowSchema>): void {
  database.createObjectStore('studies', { keyPath: 'studyId' });
  database.createObjectStore('files', { keyPath: 'studyId' });
  database.createObjectStore('problems', { keyPath: ['studyId', 'split', 'index'] });
  database
    .createObjectStore('traces', { keyPath: ['studyId', 'index'] })
    .createIndex('by-problem', ['studyId', 'problemId'], { unique: true });
  database.createObjectStore('traceRows', { keyPath: ['studyId', 'index'] });
  database.createObjectStore('runs', { keyPath: 'runId' }).createIndex('by-study', 'studyId');
  database.createObjectStore('evaluations', {
    keyPath: ['studyId', 'subject', 'split', 'batch'],
  });
  database
    .createObjectStore('checkpoints', { keyPath: ['runId', 'update'] })
    .createIndex('by-study', 'studyId');
  database.createObjectStore('chunks', { keyPath: ['runId', 'update', 'piece'] });
}

/** The range of all compound keys that begin with these parts (arrays sort after numbers and strings). */
export function keysUnder(...parts: readonly (string | number)[]): IDBKeyRange {
  return IDBKeyRange.bound(parts, [...parts, []]);
}
