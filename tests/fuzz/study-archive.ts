/** The file of a small study for fuzzing: mutants of its bytes, and of its records with hashes that fit. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { unzipSync, zipSync } from 'fflate';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { Random } from '../../src/data/random';
import { exportStudy } from '../../src/study/archive/export-study';
import { emptyStores, SMALL_ID, storeSmallStudy } from '../unit/study/archive/small-study';
import { mutateJson } from './json-mutation';
import type { FuzzFile } from './target';

const recordSchema = v.record(v.string(), v.unknown());

export async function studyArchiveFile(): Promise<FuzzFile> {
  const stores = await emptyStores();
  await storeSmallStudy(stores, SMALL_ID, 3);
  const archive = await exportStudy(stores, SMALL_ID, { extent: 'whole', note: () => {} });
  const bytes = await new Response(archive).bytes();
  const files = unzipSync(bytes);
  return {
    bytes,
    headerBytes: bytes.length,
    mutateStructure: (random) => withMutatedRecord(files, random),
  };
}

/** The archive with one record of one part changed, and a manifest that fits. */
function withMutatedRecord(
  files: Readonly<Record<string, Uint8Array>>,
  random: Random,
): Uint8Array {
  const { 'manifest.json': _old, ...others } = files;
  const parts: Record<string, Uint8Array> = others;
  const path = random.pick(Object.keys(parts).filter((name) => name.endsWith('.gz')));
  const lines = gunzipSync(parts[path] ?? new Uint8Array())
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  if (lines.length > 0) {
    const at = random.integer(0, lines.length - 1);
    const record = v.parse(recordSchema, JSON.parse(lines[at] ?? '{}'));
    lines[at] = JSON.stringify(mutateJson(record, random));
  }
  parts[path] = gzipSync(lines.map((line) => `${line}\n`).join(''));
  const manifest = {
    format: 'winnow-study',
    version: 1,
    parts: Object.entries(parts).map(([name, bytes]) => ({
      path: name,
      bytes: bytes.length,
      sha256: bytesToHex(sha256(bytes)),
    })),
  };
  return zipSync(
    { ...parts, 'manifest.json': Buffer.from(JSON.stringify(manifest)) },
    { level: 0 },
  );
}
