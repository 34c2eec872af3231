/** Resuming training: bit for bit as if never stopped, and damaged or foreign snapshots refused whole. */

import { beforeAll, describe, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { Trainer, type UpdateMetrics } from '../../../src/distill/trainer';
import { T5Model } from '../../../src/t5/model';
import { memorySource } from '../../../src/weights/byte-source';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { encodeSafetensors } from '../../../src/weights/safetensors-writer';
import { OPTIONS, parameterBits, TINY, tinyExamples, tinyModel } from './training-setup';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

async function train(trainer: Trainer, updates: number): Promise<UpdateMetrics[]> {
  const metrics: UpdateMetrics[] = [];
  for (let update = 0; update < updates; update++) metrics.push(await trainer.step());
  return metrics;
}

/** Two batches an epoch: stops after whole and after half epochs, at the start and in the warmup. */
test.each([0, 1, 3, 4])('stopped after %i of 7 updates', async (stop) => {
  const examples = tinyExamples((position) => 1 + position / 4);
  const model = tinyModel();
  const trainer = new Trainer(model, examples, OPTIONS);
  const expected = await train(trainer, 7);

  const first = tinyModel();
  const stopped = new Trainer(first, examples, OPTIONS);
  const metrics = await train(stopped, stop);
  const snapshot = await stopped.snapshot();
  // What happens after a snapshot must not show in it.
  await train(stopped, 1);
  stopped.dispose();
  first.dispose();

  const second = tinyModel({ ...TINY });
  const resumed = new Trainer(second, examples, OPTIONS);
  await train(resumed, 2);
  await resumed.restore(snapshot);
  expect(resumed.update).toBe(stop);
  expect([...metrics, ...(await train(resumed, 7 - stop))]).toEqual(expected);
  expect(await parameterBits(second)).toEqual(await parameterBits(model));
  expect(await resumed.snapshot()).toEqual(await trainer.snapshot());
  for (const open of [trainer, resumed, model, second]) open.dispose();
});

test('a snapshot opens as a model', async () => {
  const model = tinyModel();
  const trainer = new Trainer(model, tinyExamples(), OPTIONS);
  await train(trainer, 2);
  const file = await openSafetensors(memorySource('snapshot', await trainer.snapshot()));
  const read = await T5Model.load(TINY, {
    readTensor: async (name) => {
      const values = await file.readTensor(name);
      if (values instanceof Int32Array) throw new Error(`${name} holds integers.`);
      return values;
    },
  });
  expect(await parameterBits(read)).toEqual(await parameterBits(model));
  for (const open of [trainer, model, read]) open.dispose();
});

describe('refused, with nothing changed', () => {
  async function snapshotOf(configuration: typeof TINY): Promise<Uint8Array> {
    const model = tinyModel(configuration);
    const trainer = new Trainer(model, tinyExamples(), OPTIONS);
    await train(trainer, 3);
    const bytes = await trainer.snapshot();
    trainer.dispose();
    model.dispose();
    return bytes;
  }

  /** The same file with some of its content replaced. */
  async function rewritten(
    bytes: Uint8Array,
    metadata: (given: Readonly<Record<string, string>>) => Record<string, string>,
    keep: (name: string) => boolean,
    reshape: (shape: readonly number[]) => readonly number[] = (shape) => shape,
  ): Promise<Uint8Array> {
    const file = await openSafetensors(memorySource('snapshot', bytes));
    const kept = file.tensors.filter(({ name }) => keep(name));
    const tensors = await Promise.all(
      kept.map(async ({ name, shape }) => ({
        name,
        shape: reshape(shape),
        data: await file.readTensor(name),
      })),
    );
    return encodeSafetensors(tensors, metadata(file.metadata));
  }

  const all = (): boolean => true;
  const same = (given: Readonly<Record<string, string>>) => ({ ...given });

  test.each<[string, string, (own: Uint8Array) => Promise<Uint8Array> | Uint8Array]>([
    ['nothing', 'checkpoint', () => new Uint8Array()],
    ['a file cut short', 'checkpoint', (own) => own.slice(0, -4)],
    ['a file cut in its header', 'checkpoint', (own) => own.slice(0, 500)],
    [
      'a damaged header',
      'checkpoint',
      (own) => own.map((byte, index) => (index === 20 ? 0 : byte)),
    ],
    ['a file without counters', 'updatesDone', (own) => rewritten(own, () => ({}), all)],
    [
      'a counter that is no number',
      '-3',
      (own) => rewritten(own, (given) => ({ ...given, updatesDone: '-3' }), all),
    ],
    [
      'a file without its last tensor',
      'optimizer.second.lm_head.weight',
      (own) => rewritten(own, same, lacks('second.lm_head')),
    ],
    [
      'a model without its optimizer',
      'optimizer.',
      (own) => rewritten(own, same, lacks('optimizer.')),
    ],
    [
      'a matrix lying on its side',
      'expected floats of shape',
      (own) => rewritten(own, same, all, (shape) => [...shape].reverse()),
    ],
    ['a wider model', 'another model', () => snapshotOf({ ...TINY, feedForwardWidth: 21 })],
    ['a model of fewer layers', 'decoder.block.1', () => snapshotOf({ ...TINY, decoderLayers: 1 })],
  ])('%s', async (_, sentence, damage) => {
    const bytes = await damage(await snapshotOf(TINY));
    const model = tinyModel();
    const trainer = new Trainer(model, tinyExamples(), OPTIONS);
    await train(trainer, 2);
    const before = await trainer.snapshot();
    await expect(trainer.restore(bytes)).rejects.toThrow(sentence);
    expect(trainer.update).toBe(2);
    expect(await trainer.snapshot()).toEqual(before);
    trainer.dispose();
    model.dispose();
  });
});

const lacks =
  (part: string) =>
  (name: string): boolean =>
    !name.includes(part);
