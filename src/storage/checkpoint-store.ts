/** Checkpoints: written whole or not at all, verified when read, the last two and the best kept. */

import { cutIntoChunks, joinChunks, sha256 } from './chunks';
import type { Database } from './database';
import { keysUnder, type CheckpointPointer, type RunRecord, type StudyRecord } from './schema';

/** Newest checkpoints of a run that are kept besides its best one. */
export const KEPT_CHECKPOINTS = 2;

export interface Checkpoint {
  readonly pointer: CheckpointPointer;
  readonly bytes: Uint8Array;
}

export interface CheckpointReading {
  /** The checkpoint, or null when none of those asked for is whole. */
  readonly checkpoint: Checkpoint | null;
  /** One sentence for every checkpoint that was passed over because it is damaged. */
  readonly damage: readonly string[];
}

export class CheckpointStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /**
   * Writes a checkpoint of a run, with the run's metrics at this update and the study record, and
   * deletes those no longer kept: one strict transaction, the pointer after its chunks. A crash
   * leaves the old checkpoints or the new one, never half of one.
   */
  async write(run: RunRecord, bytes: Uint8Array, study: StudyRecord): Promise<void> {
    const { studyId, runId, update } = run;
    const pieces = cutIntoChunks(bytes);
    const pointer: CheckpointPointer = {
      studyId,
      runId,
      update,
      bytes: bytes.length,
      chunks: pieces.length,
      sha256: await sha256(bytes),
      run,
      createdAt: Date.now(),
    };
    await this.database.write(
      ['checkpoints', 'chunks', 'runs', 'studies'],
      'strict',
      async (transaction) => {
        const chunks = transaction.objectStore('chunks');
        const pointers = transaction.objectStore('checkpoints');
        await chunks.delete(keysUnder(runId, update));
        await Promise.all(
          pieces.map((piece, index) => chunks.put({ runId, update, piece: index, bytes: piece })),
        );
        const updates = (await pointers.getAllKeys(keysUnder(runId)))
          .map(([, existing]) => existing)
          .filter((existing) => existing !== update);
        for (const old of outdated(updates, update, run.bestUpdate)) {
          await Promise.all([pointers.delete([runId, old]), chunks.delete(keysUnder(runId, old))]);
        }
        await Promise.all([
          transaction.objectStore('runs').put(run),
          transaction.objectStore('studies').put(study),
        ]);
        await pointers.put(pointer);
      },
    );
  }

  /** The pointers of a run's checkpoints, oldest first. */
  async pointers(runId: string): Promise<CheckpointPointer[]> {
    return this.database.connection.getAll('checkpoints', keysUnder(runId));
  }

  /** The newest whole checkpoint of a run; damaged ones are passed over and named. */
  async readNewest(runId: string): Promise<CheckpointReading> {
    return this.readFirstWhole((await this.pointers(runId)).reverse());
  }

  /** The run's checkpoint at `update`, or else the newest whole one. */
  async readPreferred(runId: string, update: number | null): Promise<CheckpointReading> {
    const pointers = (await this.pointers(runId)).reverse();
    const preferred = pointers.filter((pointer) => pointer.update === update);
    const others = pointers.filter((pointer) => pointer.update !== update);
    return this.readFirstWhole([...preferred, ...others]);
  }

  private async readFirstWhole(
    candidates: readonly CheckpointPointer[],
  ): Promise<CheckpointReading> {
    const damage: string[] = [];
    for (const pointer of candidates) {
      const found = await this.readVerified(pointer);
      if (typeof found !== 'string') return { checkpoint: { pointer, bytes: found }, damage };
      damage.push(
        `The checkpoint of ${pointer.run.method} at update ${pointer.update} is damaged (${found}); ` +
          'the one before it is used instead.',
      );
    }
    return { checkpoint: null, damage };
  }

  /** The bytes a pointer names, or what is wrong with them. */
  private async readVerified(pointer: CheckpointPointer): Promise<Uint8Array | string> {
    const { runId, update } = pointer;
    let pieces: ArrayBuffer[];
    try {
      const records = await this.database.connection.getAll('chunks', keysUnder(runId, update));
      pieces = records.map((record) => record.bytes);
    } catch (error) {
      // Chrome reports a value whose file is lost as NotReadableError.
      return error instanceof Error ? error.message : 'its chunks cannot be read';
    }
    if (pieces.length !== pointer.chunks) {
      return `expected ${pointer.chunks} chunks, found ${pieces.length}`;
    }
    const bytes = joinChunks(pieces, pointer.bytes);
    if (bytes === null) return `its chunks do not add up to ${pointer.bytes} bytes`;
    return (await sha256(bytes)) === pointer.sha256
      ? bytes
      : 'its SHA-256 differs from the one noted';
  }
}

/** Which older updates need not be kept next to the new one. */
function outdated(
  older: readonly number[],
  update: number,
  best: number | null,
): readonly number[] {
  const newest = [...older, update]
    .sort((first, second) => second - first)
    .slice(0, KEPT_CHECKPOINTS);
  return older.filter((candidate) => !newest.includes(candidate) && candidate !== best);
}
