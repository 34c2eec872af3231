/** What a study needs is told by the headers of files that stay on their hub, and nobody is asked before the visitor wants it. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import * as v from 'valibot';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { presetConfiguration } from '../../../src/study/presets';
import { selectBackend } from '../../../src/tensor/backend';
import { namedArtefact } from '../../../src/weights/hub/artefact';
import { listedModel } from '../../../src/weights/hub/manifest';
import { openRemote } from '../../../src/weights/hub/remote-source';
import { Estimator } from '../../../src/worker/estimator';
import { emptyDatabase } from '../storage/records';

const hub = inject('hub');
const hubs = { huggingFace: hub, github: hub };
const FLAN = presetConfiguration('article');
const SMALL = listedModel('flan-t5-small-q8_0');

beforeAll(async () => {
  await selectBackend('wasm', { wasmBinary });
});

async function estimator(): Promise<Estimator> {
  return new Estimator(new ArtefactStore(await emptyDatabase(onTestFinished)));
}

/** The ranges a file of the hub was asked for. */
async function requests(path: string): Promise<(string | null)[]> {
  const response = await fetch(`${hub}${path}?requests`);
  return v.parse(v.array(v.nullable(v.string())), await response.json());
}

async function keep(path: string, bytes: Uint8Array<ArrayBuffer>, fault = {}): Promise<void> {
  await fetch(`${hub}${path}?fault=${JSON.stringify(fault)}`, { method: 'PUT', body: bytes });
}

function withModels(models: Partial<StudyConfiguration['models']>): StudyConfiguration {
  return { ...FLAN, models: { ...FLAN.models, hubs, ...models } };
}

test('a file that nobody lists is known by its header, after the visitor wanted it', async () => {
  const { repository, revision, path } = SMALL.weights;
  const address = `/${repository}/resolve/${revision}/${path}`;
  const listed = { source: 'listed', id: SMALL.id } as const;
  const unlisted = { source: 'repository', repository, revision, path } as const;
  const estimates = await estimator();
  const expected = await estimates.estimate(
    withModels({ teacher: listed, student: listed }),
    false,
    false,
  );
  const configuration = withModels({ teacher: unlisted, student: unlisted });
  const before = await requests(address);
  const blind = await estimates.estimate(configuration, false, false);
  expect(blind).toMatchObject({ memory: null, canLook: true });
  expect(await requests(address)).toEqual(before);

  const looked = await estimates.estimate(configuration, false, true);
  expect(looked).toMatchObject({ memory: expected.memory, canLook: false, notes: [] });
  const weights = looked.downloads.find(({ name }) => name.endsWith(path));
  expect(weights?.missingBytes).toBeGreaterThan(80e6);
  const asked = (await requests(address)).slice(before.length);
  console.log(`asked for ${asked.join(', ')} of ${weights?.bytes} bytes`);
  expect(asked.length).toBeLessThanOrEqual(8);
  for (const range of asked) expect(range).toMatch(/^bytes=\d+-\d+$/);
  // Once known, it stays known without asking.
  expect(await estimates.estimate(configuration, false, false)).toEqual(looked);
  expect((await requests(address)).length).toBe(before.length + asked.length);
});

test('a teacher of transformers.js is known by the sizes of its files', async () => {
  const teacher = {
    source: 'transformers',
    repository: 'tiny/gpt2-plain',
    revision: 'main',
    dtype: 'fp32',
    task: 'text-generation',
  } as const;
  const estimates = await estimator();
  const configuration = withModels({ teacher, student: { source: 'pocket' } });
  const blind = await estimates.estimate(configuration, false, false);
  expect(blind).toMatchObject({ memory: { teacherBytes: 0 }, canLook: true });
  const looked = await estimates.estimate(configuration, false, true);
  expect(looked).toMatchObject({ memory: { teacherBytes: 237_801 }, canLook: false });
  const files = looked.downloads.filter(({ role }) => role === 'teacher');
  expect(files.map(({ name }) => name.replace('tiny/gpt2-plain/', '')).sort()).toEqual([
    'config.json',
    'onnx/model.onnx',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  expect(files.every(({ missingBytes }) => missingBytes > 0)).toBe(true);
});

test('what is no model, or not there, is said before a download', async () => {
  await keep('/someone/words/resolve/main/model.gguf', new TextEncoder().encode('not a model'));
  const estimates = await estimator();
  const chosen = (path: string) => {
    const model = {
      source: 'repository',
      repository: 'someone/words',
      revision: 'main',
      path,
    } as const;
    return estimates.estimate(withModels({ teacher: model, student: model }), false, true);
  };
  await expect(chosen('model.gguf')).rejects.toThrow(/neither a GGUF nor a safetensors file/);
  await expect(chosen('other.gguf')).rejects.toThrow(/the hub has no such file/);
});

test.each([
  ['ranges are answered', {}],
  ['ranges are ignored', { ignoresRange: true }],
  ['answers come in small parts', { pauseMs: 1 }],
] as const)('every stretch of a file is read as it is where %s', async (_, fault) => {
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const whole = new Uint8Array(700_001);
  for (let at = 0; at < whole.length; at += bytes.length) {
    whole.set(bytes.subarray(0, whole.length - at), at);
    bytes.reverse();
  }
  const path = `/someone/bytes/resolve/main/${crypto.randomUUID()}`;
  await keep(path, whole, fault);
  const artefact = namedArtefact('someone/bytes', 'main', path.split('/').at(-1) ?? '');
  const source = await openRemote(artefact, hubs);
  expect(source.byteLength).toBe(whole.length);
  for (const [offset, length] of [
    [0, 10],
    [262_140, 9],
    [300_000, 400_001],
    [700_000, 5],
  ] as const) {
    expect(await source.read(offset, length)).toEqual(whole.slice(offset, offset + length));
  }
});

test('a hub that does not tell a length leaves the question open, with a sentence', async () => {
  await keep('/someone/endless/resolve/main/model.gguf', new Uint8Array(10), {
    withoutLength: true,
    ignoresRange: true,
  });
  const artefact = namedArtefact('someone/endless', 'main', 'model.gguf');
  await expect(openRemote(artefact, hubs)).rejects.toThrow(/does not say how long it is/);
});
