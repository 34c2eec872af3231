/** A study in one file: what comes back is what went in, and files that are anything else change nothing. */

import { makeZip } from 'client-zip';
import { unzipSync, zipSync } from 'fflate';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Stores } from '../../../../src/storage/stores';
import { exportStudy, type Extent } from '../../../../src/study/archive/export-study';
import { importStudy } from '../../../../src/study/archive/import-study';
import { openZip } from '../../../../src/study/archive/zip-reader';
import { memorySource } from '../../../../src/weights/byte-source';
import { emptyStores, SMALL_ID, smallCheckpoint, storeSmallStudy } from './small-study';

type Files = Record<string, Uint8Array>;

async function exported(
  stores: Stores,
  studyId = SMALL_ID,
  extent: Extent = 'whole',
): Promise<Uint8Array> {
  const archive = await exportStudy(stores, studyId, { extent, note: () => {} });
  return new Response(archive).bytes();
}

const file = (bytes: Uint8Array) => memorySource('study', bytes);

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** The file of a small study. */
let whole: Uint8Array = new Uint8Array();

beforeAll(async () => {
  const stores = await emptyStores();
  await storeSmallStudy(stores);
  whole = await exported(stores);
});

/** The files of a small study, changed, with a manifest that fits unless told otherwise. */
async function changed(change: (files: Files) => void, fits = true): Promise<Uint8Array> {
  const files: Files = unzipSync(whole);
  change(files);
  if (fits) {
    const { 'manifest.json': _old, ...parts } = files;
    const listed = await Promise.all(
      Object.entries(parts).map(async ([path, bytes]) => {
        const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
        return { path, bytes: bytes.length, sha256: Buffer.from(digest).toString('hex') };
      }),
    );
    const manifest = { format: 'winnow-study', version: 1, parts: listed };
    files['manifest.json'] = Buffer.from(JSON.stringify(manifest));
  }
  return zipSync(files, { level: 0 });
}

function changeLines(files: Files, path: string, change: (text: string) => string): void {
  files[path] = gzipSync(change(text(gunzipSync(files[path] ?? new Uint8Array()))));
}

async function expectRefusal(bytes: Uint8Array, sentence: RegExp): Promise<void> {
  const stores = await emptyStores();
  const refused = importStudy(stores, file(bytes), 'study-new');
  await expect(refused).rejects.toThrow(sentence);
  await expect(refused).rejects.toThrow(/cannot be opened as a study.*Nothing was changed/);
  expect(await stores.studies.list()).toEqual([]);
}

describe('the file of a study', () => {
  it('brings everything back under another id, and gives the same bytes again', async () => {
    const [here, there] = [await emptyStores(), await emptyStores()];
    const record = await storeSmallStudy(here);
    const bytes = await exported(here);
    expect(await exported(here)).toEqual(bytes);
    const imported = await importStudy(there, file(bytes), 'study-new');
    expect(imported).toEqual({ ...record, studyId: 'study-new' });
    expect(await there.studies.read('study-new')).toEqual(imported);
    expect(await there.studies.readFiles('study-new')).toEqual(
      await here.studies.readFiles(SMALL_ID),
    );
    const [run] = await here.runs.ofStudy(SMALL_ID);
    const moved = { ...run, studyId: 'study-new', runId: 'study-new-cot-1' };
    expect(await there.runs.ofStudy('study-new')).toEqual([moved]);
    const first = await there.traces.read('study-new', 'problem-299');
    expect(first).toEqual({
      ...(await here.traces.read(SMALL_ID, 'problem-299')),
      studyId: 'study-new',
    });
    expect(await there.traces.findDamaged('study-new')).toEqual([]);
    const { checkpoint } = await there.checkpoints.readPreferred('study-new-cot-1', 10);
    expect(checkpoint?.bytes).toEqual(smallCheckpoint(10));
    expect(checkpoint?.pointer.run).toEqual({ ...moved, update: 10 });
    expect(await there.softTargets.read('study-new', 3)).toEqual({
      ...(await here.softTargets.read(SMALL_ID, 3)),
      studyId: 'study-new',
    });
    expect(await there.evaluations.read('study-new', 'teacher', 'test')).toHaveLength(1);
    expect(await exported(there, 'study-new')).toEqual(bytes);
  });

  it('is taken in twice beside what is there', async () => {
    const stores = await emptyStores();
    await storeSmallStudy(stores);
    const bytes = await exported(stores);
    await importStudy(stores, file(bytes), 'study-second');
    await importStudy(stores, file(bytes), 'study-third');
    const ids = (await stores.studies.list()).map(({ studyId }) => studyId);
    expect(ids.toSorted()).toEqual(['study-second', SMALL_ID, 'study-third']);
    await expect(importStudy(stores, file(bytes), SMALL_ID)).rejects.toThrow(/already exists/);
    expect(await exported(stores)).toEqual(bytes);
  });

  it('leaves damaged checkpoints out and says so, or all of a study that is done', async () => {
    const stores = await emptyStores();
    const record = await storeSmallStudy(stores);
    await expect(exported(stores, SMALL_ID, 'without-weights')).rejects.toThrow(
      'needs its weights to go on',
    );
    const { archives } = stores;
    const asWritten = archives.checkpointPieces.bind(archives);
    archives.checkpointPieces = (pointer) =>
      pointer.update === 20 ? one(new Uint8Array(3)) : asWritten(pointer);
    await stores.studies.write({ ...record, status: 'done' });
    const notes: string[] = [];
    const archive = await exportStudy(stores, SMALL_ID, {
      extent: 'whole',
      note: (sentence) => notes.push(sentence),
    });
    const files = unzipSync(await new Response(archive).bytes());
    expect(notes).toEqual([expect.stringContaining('update 20 is damaged')]);
    expect(Object.keys(files).filter((path) => path.startsWith('checkpoints/'))).toHaveLength(1);
    const light = unzipSync(await exported(stores, SMALL_ID, 'without-weights'));
    expect(Object.keys(light).filter((path) => path.startsWith('checkpoints/'))).toEqual([]);
  });

  it('whose writing fails half way leaves nothing', async () => {
    const there = await emptyStores();
    there.archives.addCheckpoint = () => Promise.reject(new Error('the disk was full here'));
    await expect(importStudy(there, file(whole), 'study-new')).rejects.toThrow('the disk was full');
    expect(await there.studies.read('study-new')).toBeNull();
    expect(await there.traces.rows('study-new')).toEqual([]);
  });

  it('whose import was cut short stays hidden and is swept away, and cannot go on then', async () => {
    const there = await emptyStores();
    const { archives, studies, runs, traces } = there;
    const addTraces = archives.addTraces.bind(archives);
    archives.addTraces = async (...parameters) => {
      await addTraces(...parameters);
      expect(await traces.rows('study-new')).not.toEqual([]);
      expect(await studies.readSnapshot('study-new')).toBeNull();
      expect(await studies.list()).toEqual([]);
      await studies.removeHidden(Date.now() + 1_000);
      expect(await traces.rows('study-new')).toEqual([]);
    };
    const importing = importStudy(there, file(whole), 'study-new');
    await expect(importing).rejects.toThrow('stood still for too long');
    expect(await studies.read('study-new')).toBeNull();
    expect(await runs.ofStudy('study-new')).toEqual([]);
  });
});

describe('a file that is refused', () => {
  it.each<readonly [string, (files: Files) => void, RegExp]>([
    [
      'another study’s records',
      (files) =>
        changeLines(files, 'traces.jsonl.gz', (lines) => lines.replace('"study"', '"study-2"')),
      /of another study/,
    ],
    [
      'a trace twice',
      (files) => changeLines(files, 'traces.jsonl.gz', (lines) => lines + lines),
      /traces are the same/,
    ],
    [
      'a member that no record has',
      (files) => changeLines(files, 'runs.jsonl.gz', (lines) => lines.replace('{', '{"evil":1,')),
      /evil/,
    ],
    [
      'a text where a number belongs',
      (files) =>
        changeLines(files, 'study.jsonl.gz', (lines) =>
          lines.replace('"createdAt":1', '"createdAt":"1"'),
        ),
      /createdAt/,
    ],
    [
      'a status that files do not have',
      (files) =>
        changeLines(files, 'study.jsonl.gz', (lines) => lines.replace('"paused"', '"running"')),
      /status/,
    ],
    [
      'half a record',
      (files) => changeLines(files, 'traces.jsonl.gz', (lines) => lines.slice(0, -9)),
      /whole record/,
    ],
    ['no study', (files) => (files['study.jsonl.gz'] = gzipSync('')), /exactly one study/],
    [
      'texts that are not compressed',
      (files) => (files['traces.jsonl.gz'] = Buffer.from('{}\n')),
      /gzip/,
    ],
    [
      'a run of another study',
      (files) =>
        changeLines(files, 'runs.jsonl.gz', (lines) => lines.replace('study-cot', 'other-cot')),
      /not of this study/,
    ],
    ['no list of runs', (files) => delete files['runs.jsonl.gz'], /no runs\.jsonl\.gz/],
    [
      'a checkpoint that is none',
      (files) => (files['checkpoints/0.safetensors'] = new Uint8Array(200)),
      /not the checkpoint/,
    ],
    [
      'a checkpoint too many',
      (files) => (files['checkpoints/7.safetensors'] = smallCheckpoint(1)),
      /lists 2 checkpoints and holds 3/,
    ],
    [
      'a path that leads out',
      (files) => (files['../../evil.html'] = Buffer.from('x')),
      /path that this page/,
    ],
    [
      'a record as long as a book',
      (files) => changeLines(files, 'traces.jsonl.gz', () => `"${'a'.repeat(17_000_000)}"\n`),
      /characters/,
    ],
  ])('has %s', async (_what, change, sentence) => {
    await expectRefusal(await changed(change), sentence);
  });

  it('has a part with another hash, size or name than its manifest says', async () => {
    const flip = (files: Files) => {
      const part = files['checkpoints/1.safetensors'] ?? new Uint8Array();
      part[part.length - 1] = (part.at(-1) ?? 0) ^ 1;
    };
    await expectRefusal(await changed(flip, false), /SHA-256 is not the one/);
    await expectRefusal(
      await changed((files) => (files['runs.jsonl.gz'] = new Uint8Array(3)), false),
      /manifest lists "runs\.jsonl\.gz" with \d+ bytes, and it holds 3/,
    );
    await expectRefusal(
      await changed((files) => (files['more.txt'] = new Uint8Array(3)), false),
      /manifest does not list "more\.txt"/,
    );
    await expectRefusal(
      await changed((files) => delete files['manifest.json'], false),
      /no manifest\.json/,
    );
  });

  it('was packed by another program, lists a file twice, hides something, or is cut short', async () => {
    const bytes = whole;
    await expectRefusal(zipSync(unzipSync(bytes), { level: 6 }), /packed by another program/);
    await expectRefusal(bytes.subarray(0, -1), /cut short or another kind/);
    await expectRefusal(bytes.subarray(5), /not where it should be/);
    await expectRefusal(new Uint8Array(10), /found 10 bytes/);
    const twice = makeZip([
      { name: 'manifest.json', input: '{}' },
      { name: 'manifest.json', input: '{}' },
    ]);
    await expectRefusal(await new Response(twice).bytes(), /lists a file twice/);
    const end = bytes.length - 22;
    const list = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end + 16, true);
    const hidden = new Uint8Array([
      ...bytes.subarray(0, list),
      ...Buffer.from('hidden'),
      ...bytes.subarray(list),
    ]);
    new DataView(hidden.buffer).setUint32(hidden.length - 6, list + 6, true);
    await expectRefusal(hidden, /between its files and their list/);
  });
});

describe('archives beyond 4 GB', () => {
  it.skipIf(process.env['WINNOW_LARGE'] === undefined)(
    'are read as they are written (WINNOW_LARGE=1)',
    { timeout: 600_000 },
    async () => {
      // Zeros are only counted, not kept.
      const zeros = new Uint8Array(64 * 1024 * 1024);
      const zeroPieces: { from: number; to: number }[] = [];
      const kept: { from: number; bytes: Uint8Array }[] = [];
      async function* large() {
        for (let piece = 0; piece < 65; piece++) yield zeros;
      }
      const zip = makeZip([
        { name: 'a.bin', input: large() },
        { name: 'b.bin', input: 'after' },
      ]);
      let total = 0;
      for await (const bytes of zip) {
        if (bytes === zeros) zeroPieces.push({ from: total, to: total + bytes.length });
        else kept.push({ from: total, bytes });
        total += bytes.length;
      }
      const source = {
        name: 'large',
        byteLength: total,
        read: async (offset: number, length: number) => {
          const read = new Uint8Array(length);
          for (const { from, bytes } of kept) {
            const start = Math.max(offset, from);
            const end = Math.min(offset + length, from + bytes.length);
            if (end > start) read.set(bytes.subarray(start - from, end - from), start - offset);
          }
          return read;
        },
      };
      expect(zeroPieces).toHaveLength(65);
      const entries = await openZip(source);
      expect(entries.map(({ path, bytes }) => [path, bytes])).toEqual([
        ['a.bin', 65 * zeros.length],
        ['b.bin', 5],
      ]);
      const [, last] = entries;
      expect(text(await source.read(last?.offset ?? 0, 5))).toBe('after');
    },
  );
});

async function* one<Bytes extends Uint8Array>(bytes: Bytes): AsyncGenerator<Bytes> {
  yield bytes;
}
