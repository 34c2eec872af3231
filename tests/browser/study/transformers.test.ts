/** A whole study in the real worker whose teacher runs in transformers.js, down to judged traces and a report. */

import { afterAll, expect, inject, test } from 'vitest';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { presetConfiguration } from '../../../src/study/presets';
import type { StudySnapshot } from '../../../src/study/snapshot';
import { WorkerClient } from '../../../src/worker/client';

const hub = inject('hub');
const worker = new Worker(new URL('../../../src/worker/worker.ts', import.meta.url), {
  type: 'module',
});
const client = new WorkerClient(worker);

afterAll(() => client.close());

const smoke = presetConfiguration('smoke');
const STUDY: StudyConfiguration = {
  ...smoke,
  models: {
    teacher: {
      source: 'transformers',
      repository: 'tiny/gpt2-chat',
      revision: 'main',
      dtype: 'fp32',
      task: 'text-generation',
    },
    student: { source: 'pocket' },
    hubs: { huggingFace: hub, github: hub },
  },
  rationale: { ...smoke.rationale, maximumTokens: 12 },
};

/** Resolves with the study's last snapshot. */
function ended(): Promise<StudySnapshot> {
  return new Promise((resolve) => {
    client.onSnapshot((snapshot) => {
      if (snapshot.status !== 'running') resolve(snapshot);
    });
  });
}

test('a language model teaches the pocket student', { timeout: 240_000 }, async () => {
  const log: string[] = [];
  client.onLog(({ sentence }) => log.push(sentence));
  expect(await client.request('detectDevice', { backend: 'wasm' })).toMatchObject({
    backend: 'wasm',
  });
  const end = ended();
  const { studyId } = await client.request('startStudy', { configuration: STUDY });
  const study = await end;
  expect([study.status, study.message]).toEqual(['done', '']);
  // Greedy samples and one more for each that was rejected, as random weights deserve.
  expect(study.rationale).toMatchObject({ problems: 8, samples: 16 });
  expect(study.feedback).toMatchObject({ problems: 8, byProvenance: { gold: 8 } });
  expect(study.report?.methods).toHaveLength(3);
  expect(study.report?.teacher).not.toBeNull();

  const query = { studyId, filter: {}, order: 'problem' } as const;
  const { rows } = await client.request('listTraces', query);
  expect(rows).toHaveLength(8);
  for (const { problemId } of rows) {
    const trace = await client.request('readTrace', { studyId, problemId });
    const [greedy, sampled] = trace?.samples ?? [];
    expect(greedy?.tokens).toBe(12);
    expect(greedy?.text).not.toBe('');
    expect(sampled?.text).not.toBe(greedy?.text);
    expect(trace?.judged).toHaveLength(2);
    const [judged] = trace?.judged ?? [];
    expect(judged?.steps.length).toBeGreaterThan(0);
    expect(
      judged?.steps.every(({ reason, outcomes }) => reason !== null && outcomes.length > 0),
    ).toBe(true);
  }
  expect(log).toContainEqual(
    expect.stringContaining('tiny/gpt2-chat/onnx/model.onnx is downloaded'),
  );

  // Its files are listed and can be deleted like any other download.
  const listed = async () =>
    (await client.request('listDownloads', {})).filter(({ name }) => name.startsWith('tiny/'));
  const files = await listed();
  expect(files.map(({ name }) => name).toSorted()).toEqual([
    'tiny/gpt2-chat/chat_template.jinja',
    'tiny/gpt2-chat/config.json',
    'tiny/gpt2-chat/generation_config.json',
    'tiny/gpt2-chat/onnx/model.onnx',
    'tiny/gpt2-chat/tokenizer.json',
    'tiny/gpt2-chat/tokenizer_config.json',
  ]);
  await client.request('deleteStudy', { studyId });
  for (const { key } of files) await client.request('deleteDownload', { key });
  expect(await listed()).toEqual([]);
});

test('a model of transformers.js cannot be the student', async () => {
  const models = { ...STUDY.models, student: STUDY.models.teacher };
  const configuration = { ...STUDY, models };
  await expect(
    // The page cannot build such a configuration; an imported one could be it.
    client.request('startStudy', { configuration: configuration as StudyConfiguration }),
  ).rejects.toThrow('a model of transformers.js can only teach');
});
