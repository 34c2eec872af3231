/** Traces: written a batch at a time together with the study's summaries, listed from small rows. */

import type { Trace } from '../rationale/trace';
import type { Database } from './database';
import { keysUnder, type StudyRecord, type TraceRowRecord } from './schema';
import { traceDigest } from './trace-digest';
import { traceRowRecord } from './trace-row';

/** Traces read at once while walking over all of them: bounds memory without a transaction each. */
const BLOCK = 256;

export class TraceStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Writes a batch of traces and the study record that counts them, in one transaction. */
  async commit(traces: readonly Trace[], record: StudyRecord): Promise<void> {
    const digests = await Promise.all(traces.map(traceDigest));
    await this.database.write(
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
          transaction.objectStore('studies').put(record),
        ]);
      },
    );
  }

  /** Writes one trace again; what the study counts stays what its stages did. */
  async replace(trace: Trace): Promise<void> {
    const digest = await traceDigest(trace);
    await this.database.write(['traces', 'traceRows'], 'relaxed', async (transaction) => {
      await Promise.all([
        transaction.objectStore('traces').put(trace),
        transaction.objectStore('traceRows').put({ ...traceRowRecord(trace), digest }),
      ]);
    });
  }

  async read(studyId: string, problemId: string): Promise<Trace | null> {
    const trace = await this.database.connection.getFromIndex('traces', 'by-problem', [
      studyId,
      problemId,
    ]);
    return trace ?? null;
  }

  /** Traces by their index, in the order asked for; missing ones are left out. */
  async readMany(studyId: string, indices: readonly number[]): Promise<Trace[]> {
    const store = this.database.connection.transaction('traces').store;
    const traces = await Promise.all(indices.map((index) => store.get([studyId, index])));
    return traces.filter((trace) => trace !== undefined);
  }

  /** Every trace of a study in index order, a block in memory at a time. */
  async *each(studyId: string): AsyncGenerator<Trace> {
    let from = 0;
    for (;;) {
      const block = await this.database.connection.getAll(
        'traces',
        IDBKeyRange.bound([studyId, from], [studyId, []]),
        BLOCK,
      );
      yield* block;
      const last = block.at(-1);
      if (last === undefined || block.length < BLOCK) return;
      from = last.index + 1;
    }
  }

  /**
   * Indices of traces that are not as they were written: changed, or without the row or the trace that belongs
   * to them.
   */
  async findDamaged(studyId: string): Promise<number[]> {
    const rows = await this.rows(studyId);
    const open = new Map(rows.map(({ index, digest }) => [index, digest]));
    const damaged: number[] = [];
    for await (const trace of this.each(studyId)) {
      const known = open.has(trace.index);
      const digest = open.get(trace.index);
      open.delete(trace.index);
      const whole = known && (digest === undefined || digest === (await traceDigest(trace)));
      if (!whole) damaged.push(trace.index);
    }
    return [...damaged, ...open.keys()];
  }

  /** Deletes traces, and writes the study record that no longer counts them, in one transaction. */
  async drop(studyId: string, indices: readonly number[], record: StudyRecord): Promise<void> {
    await this.database.write(
      ['traces', 'traceRows', 'studies'],
      'relaxed',
      async (transaction) => {
        await Promise.all([
          ...indices.flatMap((index) => [
            transaction.objectStore('traces').delete([studyId, index]),
            transaction.objectStore('traceRows').delete([studyId, index]),
          ]),
          transaction.objectStore('studies').put(record),
        ]);
      },
    );
  }

  /** Which traces exist, and which of them the feedback stage has decided. */
  async progress(studyId: string): Promise<{ written: Set<number>; decided: Set<number> }> {
    const rows = await this.rows(studyId);
    return {
      written: new Set(rows.map((row) => row.index)),
      decided: new Set(rows.filter((row) => row.provenance !== null).map((row) => row.index)),
    };
  }

  /** What the trace list is made from, in index order. */
  async rows(studyId: string): Promise<TraceRowRecord[]> {
    return this.database.connection.getAll('traceRows', keysUnder(studyId));
  }
}
