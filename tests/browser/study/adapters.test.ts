/** A study whose students train adapters: stopped and resumed, its checkpoints hold those alone. */

import { expect, onTestFinished, test } from 'vitest';
import { Stores } from '../../../src/storage/stores';
import { memorySource } from '../../../src/weights/byte-source';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, MICRO_STUDY, runSession } from './micro-study';

test('a study with adapters is paused, goes on, and evaluates them on its student', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  const lora = { rank: 2, alpha: 4, layers: 'attention' } as const;
  const configuration = {
    ...MICRO_STUDY,
    methods: ['cot'] as const,
    training: { ...MICRO_STUDY.training, lora },
  };
  await createMicroStudy(stores, 'adapted', configuration);
  let sessions = 0;
  let status = '';
  while (status !== 'done' && sessions < 20) {
    sessions += 1;
    ({ status } = await runSession(stores, 'adapted', { kind: 'pause', after: 12 }));
  }
  expect(status).toBe('done');
  expect(sessions).toBeGreaterThan(1);
  const runs = await stores.runs.ofStudy('adapted');
  expect(runs.map(({ state, update }) => [state, update])).toEqual([['done', 5]]);
  const { checkpoint } = await stores.checkpoints.readNewest(runs[0]?.runId ?? '');
  const file = await openSafetensors(
    memorySource('checkpoint', checkpoint?.bytes ?? new Uint8Array()),
  );
  expect(file.metadata['base']).toMatch(/^[0-9a-f]{64}$/);
  const names = file.tensors.map(({ name }) => name);
  expect(names.filter((name) => !name.startsWith('optimizer.'))).toHaveLength(2 * 12);
  expect(names.every((name) => name.includes('.lora_'))).toBe(true);
});
