/** Models from the visitor's disk: checked first, kept like downloads, and missed with a sentence when deleted. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest';
import { randomCheckpoint, randomConfigJson } from '../../../scripts/weights/random-checkpoint';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import { importModel, type ImportedModel } from '../../../src/storage/import-model';
import { sha256 } from '../../../src/storage/chunks';
import type { Loading } from '../../../src/study/machine';
import { modelFiles, type T5Choice } from '../../../src/study/model-choice';
import { presetConfiguration } from '../../../src/study/presets';
import { selectBackend } from '../../../src/tensor/backend';
import { parseT5Configuration } from '../../../src/t5/configuration';
import { generate } from '../../../src/t5/generate';
import { T5Model } from '../../../src/t5/model';
import { memorySource } from '../../../src/weights/byte-source';
import { openCheckpoint } from '../../../src/weights/checkpoint';
import { artefactKey } from '../../../src/weights/hub/artefact';
import { openHubModels } from '../../../src/worker/hub-models';
import { STAND_IN_TOKENIZER } from '../../hub/tokenizer-files';
import { emptyDatabase } from '../storage/records';

const hub = inject('hub');
const INPUT = [13959, 1566, 12, 2968, 1];
/** The tiny model has 8 MB in its vocabulary matrices: several pieces. */
const PIECE_BYTES = 2 ** 20;

let store: ArtefactStore;

beforeEach(async () => {
  await selectBackend('wasm', { wasmBinary });
  store = new ArtefactStore(await emptyDatabase(onTestFinished), PIECE_BYTES);
});

function bytesOf(format: 'q8_0' | 'f32'): Uint8Array<ArrayBuffer> {
  const chunks = [...randomCheckpoint('tiny', format, 4)];
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function loading(student: T5Choice): Loading {
  const flan = presetConfiguration('article');
  const models = { teacher: student, student, hubs: { huggingFace: hub, github: hub } };
  return {
    configuration: { ...flan, models },
    signal: new AbortController().signal,
    show: () => {},
    log: () => {},
  };
}

const chosen = (imported: ImportedModel): T5Choice => ({ source: 'file', ...imported });
const configuration = (json: unknown) => new File([JSON.stringify(json)], 'config.json');

test.skipIf(!inject('hubHasData')).each(['q8_0', 'f32'] as const)(
  'a model as %s from the disk writes what it writes from memory',
  async (format) => {
    const bytes = bytesOf(format);
    const name = format === 'f32' ? 'my own.safetensors' : 'my own.gguf';
    const files = {
      weights: new File([bytes], name),
      configuration: format === 'f32' ? configuration(randomConfigJson('tiny')) : null,
    };
    const imported = await importModel(store, files);
    expect(imported).toEqual({
      name,
      sha256: await sha256(bytes),
      hasConfiguration: format === 'f32',
    });
    // The same file again takes no more room.
    expect(await importModel(store, files)).toEqual(imported);
    const stored = await store.list();
    expect(stored).toHaveLength(format === 'f32' ? 2 : 1);
    expect(stored.every(({ state, trust }) => state === 'complete' && trust === 'unverified')).toBe(
      true,
    );

    const models = await openHubModels(store, loading(chosen(imported)), STAND_IN_TOKENIZER);
    const student = await models.loadStudent(null, null);
    const written = await student.generate([INPUT], 6);
    student.dispose();
    models.dispose();
    const checkpoint = await openCheckpoint(memorySource(name, bytes), randomConfigJson('tiny'));
    const model = await T5Model.load(parseT5Configuration(checkpoint.configJson), checkpoint);
    expect(written).toEqual(await generate(model, [INPUT], { maximumTokens: 6, temperature: 0 }));
    model.dispose();

    const weights = modelFiles(chosen(imported))?.weights;
    if (weights) await store.delete(artefactKey(weights));
    await expect(
      openHubModels(store, loading(chosen(imported)), STAND_IN_TOKENIZER),
    ).rejects.toThrow(/chosen from this computer and is not kept any more/);
  },
);

test('what is no T5 v1.1 is refused, and nothing of it is kept', async () => {
  const gguf = new File([bytesOf('q8_0')], 'model.gguf');
  const safetensors = new File([bytesOf('f32')], 'model.safetensors');
  const refused = [
    [
      { weights: new File(['<!doctype html>'], 'model.gguf'), configuration: null },
      /starts with|neither|not/,
    ],
    [
      { weights: new File([bytesOf('q8_0').slice(0, 9_000)], 'cut.gguf'), configuration: null },
      /truncated|ends/,
    ],
    [{ weights: safetensors, configuration: null }, /config/],
    [{ weights: safetensors, configuration: configuration({ model_type: 'gpt2' }) }, /.+/],
    [{ weights: gguf, configuration: new File(['{'], 'config.json') }, /Expected JSON/],
  ] as const;
  for (const [files, sentence] of refused) {
    await expect(importModel(store, files)).rejects.toThrow(sentence);
    expect(await store.list()).toEqual([]);
  }
});
