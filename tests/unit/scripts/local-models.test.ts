/** `npm run study -- --model`: a model of this computer is kept for the study, or missed before the study begins. */

import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readStudyRequest } from '../../../scripts/study/command-line';
import { keepLocalModels } from '../../../scripts/study/local-models';
import { runStudy } from '../../../scripts/study/run-study';
import { randomCheckpoint, randomConfigJson } from '../../../scripts/weights/random-checkpoint';
import { artefactSource } from '../../../src/storage/artefact-source';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import { openDatabase } from '../../../src/storage/database';
import { modelFiles, POCKET_MODELS } from '../../../src/study/model-choice';
import { presetConfiguration } from '../../../src/study/presets';
import { artefactKey } from '../../../src/weights/hub/artefact';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-local-models-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function emptyStore(): Promise<ArtefactStore> {
  return new ArtefactStore(await openDatabase(crypto.randomUUID()), 2 ** 20);
}

/** A tiny model in a folder, and the choice of it. */
async function modelIn(folder: string, format: 'q8_0' | 'f32') {
  const bytes = Buffer.concat([...randomCheckpoint('tiny', format, 4)]);
  const name = format === 'f32' ? 'own.safetensors' : 'own.gguf';
  const path = join(folder, name);
  await writeFile(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const choice = { source: 'file', name, sha256, hasConfiguration: format === 'f32' } as const;
  return { path, bytes, choice, models: { ...POCKET_MODELS, teacher: choice, student: choice } };
}

test.each(['q8_0', 'f32'] as const)('a model as %s is kept byte by byte', async (format) => {
  const folder = await emptyFolder();
  const store = await emptyStore();
  const { path, bytes, choice, models } = await modelIn(folder, format);
  await writeFile(join(folder, 'config.json'), JSON.stringify(randomConfigJson('tiny')));
  await keepLocalModels(store, models, [path]);
  const weights = modelFiles(choice)?.weights;
  const stored = weights && (await store.find(artefactKey(weights)));
  if (!stored) throw new Error('Expected the model in the store.');
  expect(stored).toMatchObject({ state: 'complete', trust: 'unverified', bytes: bytes.byteLength });
  const read = await artefactSource(store, stored).read(0, bytes.byteLength);
  expect(Buffer.from(read).equals(bytes)).toBe(true);
  // Goes on without the option, because it is kept.
  await keepLocalModels(store, models, []);
});

test('safetensors without their config.json are refused, and nothing is kept', async () => {
  const store = await emptyStore();
  const { path, models } = await modelIn(await emptyFolder(), 'f32');
  await expect(keepLocalModels(store, models, [path])).rejects.toThrow(
    /--model .*own\.safetensors: expected a file at .*config\.json/,
  );
  expect(await store.list()).toEqual([]);
});

test('another model than the one chosen is named with what was found', async () => {
  const { path, choice, models } = await modelIn(await emptyFolder(), 'q8_0');
  const other = { ...models, student: { ...choice, sha256: '0'.repeat(64) } };
  await expect(keepLocalModels(await emptyStore(), other, [path])).rejects.toThrow(
    `Expected the model own.gguf with the SHA-256 ${'0'.repeat(64)}, found own.gguf with ${choice.sha256}. Name the file with --model.`,
  );
});

test('a study misses its model before it begins', async () => {
  const folder = await emptyFolder();
  const { path, models } = await modelIn(folder, 'q8_0');
  const file = join(folder, 'study.json');
  await writeFile(file, JSON.stringify({ ...presetConfiguration('smoke'), models }));
  const request = await readStudyRequest(['--config', file, '--model', path]);
  expect(request?.models).toEqual([path]);
  const [configuration] = request?.configurations ?? [];
  if (request === null || configuration === undefined) throw new Error('Expected a study.');
  const device = { backend: 'wasm', name: 'none', software: false, explanation: '' } as const;
  const out = join(folder, 'out');
  await expect(
    runStudy({ ...request, models: [], configuration, device, folder: out }),
  ).rejects.toThrow(/Expected the model own\.gguf with .* found none\. Name the file with --model/);
});
