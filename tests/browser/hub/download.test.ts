/** Downloads over a network that misbehaves in every way networks do: what arrives is whole and checked, or said not to be. */

import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import * as v from 'valibot';
import { artefactSource } from '../../../src/storage/artefact-source';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import { sha256 } from '../../../src/storage/chunks';
import { Database, openDatabase } from '../../../src/storage/database';
import { underDownloadLock } from '../../../src/storage/download-lock';
import { StorageFullError } from '../../../src/storage/room';
import { Random } from '../../../src/data/random';
import { artefactKey, type Artefact } from '../../../src/weights/hub/artefact';
import type { StoredArtefact } from '../../../src/weights/hub/artefact-storage';
import type { DownloadProgress } from '../../../src/weights/hub/speed';
import { DownloadError } from '../../../src/weights/hub/download-error';
import { obtainArtefact } from '../../../src/weights/hub/obtain';
import type { Fault } from '../../hub/stand-in-hub';
import { emptyDatabase } from '../storage/records';

const hub = inject('hub');
const HUBS = { huggingFace: hub, github: hub };
const PIECE_BYTES = 64 * 1024;
const FILE_BYTES = 5 * PIECE_BYTES + 1234;

let content: Uint8Array<ArrayBuffer> = new Uint8Array();
let artefact: Artefact;
let database: Database;
let store: ArtefactStore;
let tests = 0;

/** Deterministic bytes of which every seed has its own; only one in two bits changes, so that they compress. */
function randomBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed;
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[index] = 48 + (state >>> 28);
  }
  return bytes;
}

/** Far faster than the deep comparison of two long arrays. */
function expectSameBytes(found: Uint8Array, expected: Uint8Array): void {
  expect(found.byteLength).toBe(expected.byteLength);
  expect(found.findIndex((byte, index) => byte !== expected[index])).toBe(-1);
}

function addressOf({ repository, revision, path }: Artefact): string {
  return `${hub}/${repository}/resolve/${revision}/${path}`;
}

async function put(bytes: Uint8Array<ArrayBuffer> | null, fault: Fault = {}): Promise<void> {
  await fetch(`${addressOf(artefact)}?fault=${encodeURIComponent(JSON.stringify(fault))}`, {
    method: 'PUT',
    body: bytes,
  });
}

/** The ranges asked for so far. */
async function requests(): Promise<(string | null)[]> {
  const answer: unknown = await (await fetch(`${addressOf(artefact)}?requests`)).json();
  return v.parse(v.array(v.nullable(v.string())), answer);
}

interface Told {
  readonly progress: DownloadProgress[];
  readonly notices: string[];
}

async function obtain(
  wanted: Artefact = artefact,
  { signal = new AbortController().signal, storage = store, hubs = HUBS } = {},
  told: Told = { progress: [], notices: [] },
): Promise<StoredArtefact> {
  return obtainArtefact(wanted, {
    hubs,
    storage,
    signal,
    exclusively: underDownloadLock,
    onProgress: (progress) => told.progress.push(progress),
    onNotice: (notice) => told.notices.push(notice),
  });
}

/** Begins the download and pauses it when a piece has come, which may be the last. */
async function pauseOnTheWay(at = PIECE_BYTES): Promise<void> {
  const pausing = new AbortController();
  const paused = obtainArtefact(artefact, {
    hubs: HUBS,
    storage: store,
    signal: pausing.signal,
    exclusively: underDownloadLock,
    onProgress: ({ bytes }) => {
      if (bytes >= at) pausing.abort();
    },
    onNotice: () => {},
  });
  await expect(paused).rejects.toThrow(/abort/i);
  const stored = await store.find(artefactKey(artefact));
  expect(stored?.state).toBe('partial');
  expect(stored?.bytes).toBeGreaterThanOrEqual(at);
}

async function expectWhole(stored: StoredArtefact, bytes = content): Promise<void> {
  expect(stored.state).toBe('complete');
  const source = artefactSource(store, stored);
  expect(source.byteLength).toBe(bytes.byteLength);
  expectSameBytes(await source.read(0, bytes.byteLength), bytes);
  expect(stored.sha256).toBe(await sha256(bytes));
}

async function expectFault(failing: Promise<unknown>, fault: string): Promise<void> {
  const error: unknown = await failing.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DownloadError);
  expect(error).toMatchObject({ fault });
}

beforeEach(async () => {
  tests += 1;
  content = randomBytes(FILE_BYTES, tests);
  artefact = {
    host: 'hugging-face',
    repository: `stand-in/test-${tests}`,
    revision: 'main',
    path: 'model.gguf',
    bytes: null,
    sha256: null,
    listed: true,
  };
  database = await emptyDatabase(onTestFinished);
  store = new ArtefactStore(database, PIECE_BYTES);
  await put(content);
});

afterEach(async () => {
  // Whatever happened, nothing half-written may look complete.
  for (const { state, sha256: hash } of await store.list()) {
    if (state === 'complete' && hash === null) throw new Error('complete without a hash');
  }
});

test('a part of a file cannot be read as one', async () => {
  await store.begin(artefact, FILE_BYTES, null);
  const stored = await store.find(artefactKey(artefact));
  if (stored === null) throw new Error('Expected a record.');
  expect(() => artefactSource(store, stored)).toThrow('Finish its download');
});

describe('a whole file', () => {
  test('comes over a redirect to another origin, with progress, and needs the hub only once', async () => {
    const told: Told = { progress: [], notices: [] };
    const stored = await obtain(artefact, {}, told);
    await expectWhole(stored);
    expect(stored.trust).toBe('pinned');
    expect(told.progress.at(-1)).toMatchObject({ bytes: FILE_BYTES, total: FILE_BYTES });
    expect(told.notices).toEqual([]);
    const offline = { huggingFace: 'http://127.0.0.1:1', github: 'http://127.0.0.1:1' };
    expect(await obtain(artefact, { hubs: offline })).toEqual(stored);
    expect(await requests()).toEqual([null]);
  });

  test('is read in any range and order', async () => {
    const source = artefactSource(store, await obtain());
    for (const [offset, length] of [
      [PIECE_BYTES - 3, 7],
      [0, 1],
      [FILE_BYTES - 5, 5],
      [100, 3 * PIECE_BYTES],
    ] as const) {
      expectSameBytes(await source.read(offset, length), content.slice(offset, offset + length));
    }
    expect(await source.read(FILE_BYTES - 2, 10)).toEqual(content.slice(-2));
  });

  test('is verified where its hash is listed, and unverified where nobody lists it', async () => {
    const listed = { ...artefact, bytes: FILE_BYTES, sha256: await sha256(content) };
    expect((await obtain(listed)).trust).toBe('verified');
    await store.delete(artefactKey(artefact));
    expect((await obtain({ ...artefact, listed: false })).trust).toBe('unverified');
  });

  test('without a length and a tag comes all the same', async () => {
    await put(null, { withoutLength: true, withoutTag: true });
    await expectWhole(await obtain());
  });

  test('can be deleted, and is downloaded again', async () => {
    await obtain();
    await store.delete(artefactKey(artefact));
    expect(await store.list()).toEqual([]);
    expect(await store.readPiece(artefactKey(artefact), 0)).toBeNull();
    await expectWhole(await obtain());
  });
});

describe('a connection that breaks off', () => {
  test.each([1, 2, 3])('at a random place goes on from there (%i)', async (seed) => {
    const place = new Random(seed).integer(1, FILE_BYTES - 1);
    await put(null, { cutAfter: place, times: 1 });
    await expectWhole(await obtain());
    const [first, second, ...more] = await requests();
    expect(first).toBeNull();
    const asked = Number(/^bytes=(\d+)-$/.exec(second ?? '')?.[1] ?? 0);
    expect(asked).toBeLessThanOrEqual(place);
    expect(more).toEqual([]);
  });

  test('before an end that nobody announced is not taken for the end', async () => {
    await put(null, { withoutLength: true, cutAfter: 2 * PIECE_BYTES, times: 1 });
    await expectWhole(await obtain());
  });

  test('in a compressed transfer, whose length says nothing of the file', async () => {
    const told: Told = { progress: [], notices: [] };
    const listed = { ...artefact, bytes: FILE_BYTES, sha256: await sha256(content) };
    await put(null, { compresses: true, cutAfter: 150_000, times: 1 });
    await expectWhole(await obtain(listed, {}, told));
    expect((await requests()).at(-1)).toMatch(/^bytes=/);
    expect(told.notices).toEqual([]);
  });

  test('in a compressed transfer of a file of unknown content begins anew', async () => {
    await put(null, { compresses: true, cutAfter: 150_000, times: 1 });
    await expectWhole(await obtain());
  });

  test('after a pause in the middle of a slow answer', async () => {
    await put(null, { pauseMs: 30 });
    await pauseOnTheWay();
    const before = (await store.find(artefactKey(artefact)))?.bytes ?? 0;
    expect(before).toBeLessThan(FILE_BYTES);
    await put(null);
    await expectWhole(await obtain());
    expect((await requests()).at(-1)).toBe(`bytes=${before}-`);
  });

  test('after the last byte needs no byte more', async () => {
    await pauseOnTheWay(FILE_BYTES);
    const told: Told = { progress: [], notices: [] };
    await expectWhole(await obtain(artefact, {}, told));
    expect(told).toEqual({ progress: [], notices: [] });
    expect((await requests()).at(-1)).toBe(`bytes=${FILE_BYTES}-`);
  });

  test('after the last byte of a listed file needs no hub', async () => {
    const listed = { ...artefact, bytes: FILE_BYTES, sha256: await sha256(content) };
    await pauseOnTheWay(FILE_BYTES);
    const offline = { huggingFace: 'http://127.0.0.1:1', github: 'http://127.0.0.1:1' };
    await expectWhole(await obtain(listed, { hubs: offline }));
  });

  test('and a server that sends ranges a little at a time', async () => {
    await pauseOnTheWay();
    await put(null, { rangeLimit: 100_000 });
    await expectWhole(await obtain());
  });

  test('several times goes on as long as something comes', async () => {
    await put(null, { cutAfter: PIECE_BYTES - 1 });
    await expectWhole(await obtain());
    expect((await requests()).length).toBeGreaterThan(5);
  });

  test('at once, every time, ends with a sentence', async () => {
    await put(null, { cutAfter: 0 });
    await expectFault(obtain(), 'truncated');
  });

  test('and a server that ignores ranges: what is stored is skipped', async () => {
    await put(null, { cutAfter: PIECE_BYTES + 7 });
    await pauseOnTheWay();
    await put(null, { ignoresRange: true });
    await expectWhole(await obtain());
    expect((await requests()).at(-1)).toMatch(/^bytes=/);
  });

  test('and a file that changed meanwhile: it begins anew', async () => {
    const changed = randomBytes(FILE_BYTES, 1000);
    await put(null, { cutAfter: 2 * PIECE_BYTES });
    const told: Told = { progress: [], notices: [] };
    await pauseOnTheWay();
    await put(changed);
    await expectWhole(await obtain(artefact, {}, told), changed);
    expect(told.notices).toEqual([expect.stringContaining('changed on the hub')]);
  });

  test('and a stored piece that is gone: it begins anew', async () => {
    const told: Told = { progress: [], notices: [] };
    const key = artefactKey(artefact);
    await store.begin(artefact, FILE_BYTES, null);
    await store.writePiece(key, 1, content.slice(PIECE_BYTES, PIECE_BYTES + 9).buffer);
    await store.writePiece(key, 2, content.slice(0, 9).buffer);
    await expectWhole(await obtain(artefact, {}, told));
    expect(told.notices).toEqual([expect.stringContaining('is damaged')]);
  });
});

describe('refused with its own sentence, and nothing kept', () => {
  test.each<[string, Fault, string]>([
    ['a file that is not there', { status: 404 }, 'not-found'],
    ['a private file', { status: 401 }, 'forbidden'],
    ['a hub that is out of order', { status: 503, retryAfter: '0' }, 'server-error'],
    ['a hub that wants long patience', { status: 429, retryAfter: '3600' }, 'too-many-requests'],
    ['a sign-in page', { webPage: 'honest' }, 'web-page'],
    ['a sign-in page that says it is a file', { webPage: 'disguised' }, 'web-page'],
    ['an answer this page may not read', { withoutCors: true }, 'refused-by-policy'],
  ])('%s', async (_, fault, expected) => {
    await put(null, fault);
    await expectFault(obtain(), expected);
    expect((await store.find(artefactKey(artefact)))?.state).not.toBe('complete');
  });

  test('a hub that cannot be reached', async () => {
    const nowhere = { huggingFace: 'http://127.0.0.1:1', github: 'http://127.0.0.1:1' };
    await expectFault(obtain(artefact, { hubs: nowhere }), 'unreachable');
  });

  test.each<[string, Fault, string]>([
    ['another file with each answer', { newTagEachTime: true, cutAfter: 70_000 }, 'unsteady'],
    [
      'a nameless file of unknown length that never comes whole',
      { withoutTag: true, withoutLength: true, cutAfter: 70_000 },
      'truncated',
    ],
    ['the middle of the file, unasked', { startsAt: 1000 }, 'server-error'],
  ])('%s', { timeout: 20_000 }, async (_, fault, expected) => {
    await put(null, fault);
    await expectFault(obtain(), expected);
  });

  test('a stored file whose hash is not the one listed', async () => {
    await obtain();
    const other = randomBytes(FILE_BYTES, 2000);
    const told: Told = { progress: [], notices: [] };
    await put(other);
    const listed = { ...artefact, sha256: await sha256(other) };
    await expectWhole(await obtain(listed, {}, told), other);
    expect(told.notices).toEqual([expect.stringContaining('is not the one listed')]);
  });

  test('other bytes than listed', async () => {
    const listed = { ...artefact, bytes: FILE_BYTES, sha256: await sha256(randomBytes(9, 9)) };
    await expectFault(obtain(listed), 'wrong-hash');
    expect(await store.list()).toEqual([]);
    expect(await store.readPiece(artefactKey(artefact), 0)).toBeNull();
  });

  test('fewer bytes than listed, in an answer that says it is whole', async () => {
    await put(null, { shortBy: 10 });
    await expectFault(obtain({ ...artefact, bytes: FILE_BYTES }), 'wrong-size');
    expect(await store.list()).toEqual([]);
  });

  test('a full disk', async () => {
    class FullDatabase extends Database {
      protected override async attempt(): Promise<void> {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      }
    }
    const { connection } = await emptyDatabase(onTestFinished);
    const full = new ArtefactStore(new FullDatabase(connection), PIECE_BYTES);
    await expect(obtain(artefact, { storage: full })).rejects.toBeInstanceOf(StorageFullError);
  });
});

test('a hub that asks to wait a moment is given it', async () => {
  await put(null, { status: 429, retryAfter: '1', times: 2 });
  const started = performance.now();
  await expectWhole(await obtain());
  expect(performance.now() - started).toBeGreaterThan(1900);
});

test('two tabs download once', async () => {
  const told: Told = { progress: [], notices: [] };
  const again = await openDatabase(database.connection.name);
  onTestFinished(() => again.close());
  const storage = new ArtefactStore(again, PIECE_BYTES);
  const [first, second] = await Promise.all([obtain(), obtain(artefact, { storage }, told)]);
  await expectWhole(first);
  expect(second).toEqual(first);
  expect(told.progress).toEqual([]);
  expect(told.notices).toEqual([expect.stringContaining('Another tab downloads')]);
  expect(await requests()).toEqual([null]);
});
