/** Everything a study holds, record by record: read for its export, and written for an import, hidden until it is whole. */

import type { IDBPObjectStore, StoreNames } from 'idb';
import type { Trace } from '../rationale/trace';
import { CHUNK_BYTES } from './chunks';
import type { Database } from './database';
import { keysUnder, type CheckpointPointer, type StudyRecord, type WinnowSchema } from './schema';
import { traceDigest } from './trace-digest';
import { traceRowRecord } from './trace-row';

/** Records read at once: bounds memory without a transaction each. */
const BLOCK = 256;

/** Stores whose keys begin with the study's id. */
type RangedStore = 'problems' | 'traces' | 'evaluations' | 'softTargets';

/** Stores whose records are written as they come. */
type PlainStore = 'files' | 'problems' | 'runs' | 'evaluations' | 'softTargets';

type StudyTransaction = StoreNames<WinnowSchema>[];

export class ArchiveStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The records of a store in the order of their keys, a block in memory at a time. */
  async *each<Name extends RangedStore>(
    name: Name,
    studyId: string,
  ): AsyncGenerator<WinnowSchema[Name]['value']> {
    let range = keysUnder(studyId);
    for (;;) {
      const { store } = this.#database.connection.transaction<Name>(name);
      const [records, keys] = await Promise.all([
        store.getAll(range, BLOCK),
        store.getAllKeys(range, BLOCK),
      ]);
      yield* records;
      const last = keys.at(-1);
      if (last === undefined || keys.length < BLOCK) return;
      range = IDBKeyRange.bound(last, [studyId, []], true);
    }
  }

  /** What is named by every checkpoint of a study. */
  async checkpoints(studyId: string): Promise<CheckpointPointer[]> {
    return this.#database.connection.getAllFromIndex('checkpoints', 'by-study', studyId);
  }

  /** The bytes of a checkpoint, one piece in memory at a time; a missing piece leaves them short. */
  async *checkpointPieces({
    runId,
    update,
    chunks,
  }: CheckpointPointer): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let piece = 0; piece < chunks; piece++) {
      const chunk = await this.#database.connection.get('chunks', [runId, update, piece]);
      if (chunk !== undefined) yield new Uint8Array(chunk.bytes);
    }
  }

  /** Begins a study that is on its way in: hidden, and swept away some time after the last of its records came. */
  async begin(record: StudyRecord): Promise<void> {
    await this.#database.write(['studies'], 'relaxed', (transaction) =>
      transaction.objectStore('studies').add(arriving(record)),
    );
  }

  /** Writes records of a study that was begun. */
  async add<Name extends PlainStore>(
    record: StudyRecord,
    name: Name,
    records: readonly WinnowSchema[Name]['value'][],
  ): Promise<void> {
    await this.#database.write<(Name | 'studies')[]>(
      [name, 'studies'],
      'relaxed',
      async (transaction) => {
        await Promise.all([
          ...records.map((each) => transaction.objectStore(name).put(each)),
          renew(transaction.objectStore('studies'), record),
        ]);
      },
    );
  }

  /** Writes traces, and the rows that their list is made from. */
  async addTraces(record: StudyRecord, traces: readonly Trace[]): Promise<void> {
    const digests = await Promise.all(traces.map(traceDigest));
    await this.#database.write(
      ['traces', 'traceRows', 'studies'],
      'relaxed',
      async (transaction) => {
        await Promise.all([
          ...traces.flatMap((trace, index) => [
            transaction.objectStore('traces').put(trace),
            transaction
              .objectStore('traceRows')
              .put({ ...traceRowRecord(trace), digest: digests[index] ?? '' }),
          ]),
          renew(transaction.objectStore('studies'), record),
        ]);
      },
    );
  }

  /** Writes a checkpoint piece by piece, and what names it last of all. */
  async addCheckpoint(
    record: StudyRecord,
    pointer: CheckpointPointer,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const { runId, update } = pointer;
    let piece = 0;
    for await (const chunk of inChunks(bytes)) {
      await this.#database.write(['chunks', 'studies'], 'relaxed', async (transaction) => {
        await Promise.all([
          transaction.objectStore('chunks').put({ runId, update, piece, bytes: chunk }),
          renew(transaction.objectStore('studies'), record),
        ]);
      });
      piece++;
    }
    await this.#database.write(['checkpoints'], 'relaxed', (transaction) =>
      transaction.objectStore('checkpoints').put(pointer),
    );
  }

  /** Shows a study whose records are all written. */
  async finish(record: StudyRecord): Promise<void> {
    await this.#database.write(['studies'], 'strict', async (transaction) => {
      const store = transaction.objectStore('studies');
      await renew(store, record);
      await store.put(record);
    });
  }
}

/**
 * Says that the study is still on its way in.
 *
 * @throws Error when it was swept away as one that nobody goes on with
 */
async function renew(
  store: Pick<
    IDBPObjectStore<WinnowSchema, StudyTransaction, 'studies', 'readwrite'>,
    'get' | 'put'
  >,
  record: StudyRecord,
): Promise<void> {
  if ((await store.get(record.studyId))?.hidden?.why !== 'arriving') {
    throw new Error('The import stood still for too long and was given up. Import the file again.');
  }
  await store.put(arriving(record));
}

function arriving(record: StudyRecord): StudyRecord {
  return { ...record, hidden: { why: 'arriving', since: Date.now() } };
}

/** Puts pieces of any size together to chunks as checkpoints are stored in. */
async function* inChunks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ArrayBuffer> {
  let chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for await (const piece of bytes) {
    for (let done = 0; done < piece.length;) {
      const taken = piece.subarray(done, done + CHUNK_BYTES - filled);
      chunk.set(taken, filled);
      filled += taken.length;
      done += taken.length;
      if (filled < CHUNK_BYTES) continue;
      yield chunk.buffer;
      chunk = new Uint8Array(CHUNK_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.buffer.slice(0, filled);
}
