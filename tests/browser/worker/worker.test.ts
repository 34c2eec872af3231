/** The worker as the page meets it: real messages, checked before anything is done with them. */

import { afterAll, expect, test } from 'vitest';
import { acquireTrainerLock } from '../../../src/storage/trainer-lock';
import { presetConfiguration } from '../../../src/study/presets';
import { WorkerClient } from '../../../src/worker/client';
import type { FromWorker } from '../../../src/worker/protocol';

const worker = new Worker(new URL('../../../src/worker/worker.ts', import.meta.url), {
  type: 'module',
});
const client = new WorkerClient(worker);

afterAll(() => client.close());

test('it finds the device asked for', async () => {
  const device = await client.request('detectDevice', { backend: 'cpu' });
  expect(device).toMatchObject({ backend: 'cpu', software: true });
});

test('it lists studies and says how much is stored', async () => {
  expect(Array.isArray(await client.request('listStudies', {}))).toBe(true);
  expect((await client.request('storageUsage', {})).bytes).toBeGreaterThanOrEqual(0);
});

test('it reads problem files without starting anything', async () => {
  const text = JSON.stringify({ question: 'Two and two?', answer: '2 + 2 = <<2+2=4>>4\n#### 4' });
  const { problems, files } = await client.request('inspectFiles', {
    files: [{ name: 'train.jsonl', text }],
  });
  expect(problems).toEqual({ 1: 1 });
  expect(files[0]?.layout.columns).toEqual({
    question: 'question',
    answer: 'answer',
    rationale: null,
  });
  await expect(client.request('inspectFiles', { files: [] })).rejects.toThrow('Choose one to');
});

test('an unknown study is answered with a sentence', async () => {
  expect(await client.request('readSnapshot', { studyId: 'none' })).toBeNull();
  expect(await client.request('readTrace', { studyId: 'none', problemId: 'none' })).toBeNull();
  await expect(client.request('resumeStudy', { studyId: 'none' })).rejects.toThrow(
    'not in this browser',
  );
});

test('a configuration out of bounds is refused by name', async () => {
  const configuration = presetConfiguration('smoke');
  const training = { ...configuration.training, batchSize: 0 };
  await expect(
    client.request('startStudy', { configuration: { ...configuration, training } }),
  ).rejects.toThrow('configuration.training.batchSize');
});

test('a study on files needs files', async () => {
  const configuration = presetConfiguration('smoke');
  await expect(
    client.request('startStudy', {
      configuration: { ...configuration, data: { ...configuration.data, source: 'files' } },
    }),
  ).rejects.toThrow('choose at least one');
});

test.each([
  ['a column that is not there', 'Loesung', 'own.csv has no column "Loesung". It has "q", "a".'],
  ['no column', null, 'Which column of own.csv holds the answer?'],
  ['too few problems', 'a', '1 problems cannot be divided into 3 splits'],
])('files mapped to %s start no study and leave none behind', async (_name, answer, sentence) => {
  const configuration = presetConfiguration('smoke');
  const before = await client.request('listStudies', {});
  const columns = { question: 'q', answer, rationale: null };
  const layout = { format: 'csv', delimiter: ',', header: true, columns } as const;
  await expect(
    client.request('startStudy', {
      configuration: { ...configuration, data: { ...configuration.data, source: 'files' } },
      files: [{ name: 'own.csv', text: 'q,a\nHow many?,5', layout }],
    }),
  ).rejects.toThrow(sentence);
  expect(await client.request('listStudies', {})).toEqual(before);
});

test('a layout of another shape is refused by name', async () => {
  const layout = { format: 'csv', delimiter: '|', header: true, columns: null };
  await expect(
    client.request('inspectFiles', {
      files: [{ name: 'own.csv', text: 'q,a', layout: layout as never }],
    }),
  ).rejects.toThrow('files.0.layout.delimiter');
});

test('while another tab trains, starting is refused with a clear sentence', async () => {
  const release = await acquireTrainerLock();
  await expect(
    client.request('startStudy', { configuration: presetConfiguration('smoke') }),
  ).rejects.toThrow('Another tab of this page is training');
  release?.();
});

test.each([null, 'text', 7, {}, { id: 1, request: 'eval', parameters: {} }, { id: 'x' }])(
  'the message %j is refused and the worker lives on',
  async (message) => {
    const answered = new Promise<FromWorker>((resolve) => {
      worker.addEventListener(
        'message',
        (event: MessageEvent<FromWorker>) => {
          if (event.data.kind === 'error') resolve(event.data);
        },
        { once: true },
      );
    });
    worker.postMessage(message);
    expect(JSON.stringify(await answered)).toContain('cannot be carried out');
    expect(await client.request('listStudies', {})).toBeDefined();
  },
);
