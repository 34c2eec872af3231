/** Checkpoints in a real IndexedDB: whole or not at all, verified, pruned. */

import { describe, expect, onTestFinished, test } from 'vitest';
import { CheckpointStore } from '../../../src/storage/checkpoint-store';
import { CHUNK_BYTES } from '../../../src/storage/chunks';
import type { Database } from '../../../src/storage/database';
import { bytesOf, emptyDatabase, runRecord, studyRecord } from './records';

async function open(): Promise<{ database: Database; store: CheckpointStore }> {
  const database = await emptyDatabase(onTestFinished);
  return { database, store: new CheckpointStore(database) };
}

async function write(store: CheckpointStore, update: number, best: number | null = null) {
  await store.write(runRecord(update, best), bytesOf(1000, update), studyRecord());
}

/** Changes one byte of a stored chunk behind the store's back. */
async function corrupt(database: Database, update: number): Promise<void> {
  const chunk = await database.connection.get('chunks', ['run-1', update, 0]);
  if (chunk === undefined) throw new Error('the test expected a chunk');
  const bytes = new Uint8Array(chunk.bytes.slice(0));
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  await database.connection.put('chunks', { ...chunk, bytes: bytes.buffer });
}

describe('checkpoints', () => {
  test('come back byte for byte, in pieces of 16 MB, with the metrics of their update', async () => {
    const { database, store } = await open();
    const bytes = bytesOf(2 * CHUNK_BYTES + 5, 1);
    await store.write(runRecord(40, 20), bytes, studyRecord());
    const chunks = await database.connection.getAll('chunks');
    expect(chunks.map((chunk) => chunk.bytes.byteLength)).toEqual([CHUNK_BYTES, CHUNK_BYTES, 5]);
    const { checkpoint, damage } = await store.readNewest('run-1');
    expect(damage).toEqual([]);
    expect(checkpoint?.pointer.run).toEqual(runRecord(40, 20));
    expect(checkpoint?.bytes.length).toBe(bytes.length);
    expect(checkpoint?.bytes.every((byte, index) => byte === bytes[index])).toBe(true);
  });

  test('keep the last two and the best, chunks included', async () => {
    const { database, store } = await open();
    await write(store, 10);
    await write(store, 20, 20);
    for (const update of [30, 40, 50]) await write(store, update, 20);
    const pointers = await store.pointers('run-1');
    expect(pointers.map(({ update }) => update)).toEqual([20, 40, 50]);
    const chunks = await database.connection.getAll('chunks');
    expect(chunks.map(({ update }) => update)).toEqual([20, 40, 50]);
  });

  test('written again at the same update replace all of the old pieces', async () => {
    const { database, store } = await open();
    await store.write(runRecord(10), bytesOf(CHUNK_BYTES + 1, 1), studyRecord());
    await store.write(runRecord(10), bytesOf(9, 2), studyRecord());
    expect(await database.connection.count('chunks')).toBe(1);
    expect((await store.readNewest('run-1')).checkpoint?.bytes).toEqual(bytesOf(9, 2));
  });

  test('with a changed byte are passed over for the one before, and named', async () => {
    const { database, store } = await open();
    await write(store, 10);
    await write(store, 20);
    await corrupt(database, 20);
    const { checkpoint, damage } = await store.readNewest('run-1');
    expect(checkpoint?.pointer.update).toBe(10);
    expect(checkpoint?.bytes).toEqual(bytesOf(1000, 10));
    expect(damage).toEqual([expect.stringContaining('cot at update 20 is damaged')]);
    expect(damage[0]).toContain('SHA-256');
  });

  test('with a missing chunk are passed over; none is left when all are damaged', async () => {
    const { database, store } = await open();
    await write(store, 10);
    await write(store, 20);
    await database.connection.delete('chunks', ['run-1', 20, 0]);
    expect((await store.readNewest('run-1')).checkpoint?.pointer.update).toBe(10);
    await corrupt(database, 10);
    const { checkpoint, damage } = await store.readNewest('run-1');
    expect(checkpoint).toBeNull();
    expect(damage).toHaveLength(2);
    expect(damage[0]).toContain('expected 1 chunks, found 0');
  });

  test('are read at the update asked for, or else the newest whole one', async () => {
    const { database, store } = await open();
    await write(store, 10, 10);
    await write(store, 20, 10);
    await write(store, 30, 10);
    expect((await store.readPreferred('run-1', 10)).checkpoint?.pointer.update).toBe(10);
    await corrupt(database, 10);
    const { checkpoint, damage } = await store.readPreferred('run-1', 10);
    expect(checkpoint?.pointer.update).toBe(30);
    expect(damage).toHaveLength(1);
  });

  test('half written and aborted leave the old one whole', async () => {
    const { database, store } = await open();
    await write(store, 10);
    await expect(
      database.write(['checkpoints', 'chunks'], 'strict', async (transaction) => {
        await transaction.objectStore('chunks').delete(['run-1', 10, 0]);
        await transaction
          .objectStore('chunks')
          .put({ runId: 'run-1', update: 20, piece: 0, bytes: new ArrayBuffer(8) });
        throw new Error('the tab was killed here');
      }),
    ).rejects.toThrow('the tab was killed here');
    expect(await database.connection.count('chunks')).toBe(1);
    const { checkpoint, damage } = await store.readNewest('run-1');
    expect(damage).toEqual([]);
    expect(checkpoint?.bytes).toEqual(bytesOf(1000, 10));
  });
});
