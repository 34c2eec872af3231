/** A full-size flan-t5-large with random weights, from the hub to the GPU without ever being whole in JavaScript's memory. */

import * as tf from '@tensorflow/tfjs-core';
import { cdp } from 'vitest/browser';
import { expect, inject, onTestFinished, test } from 'vitest';
import * as v from 'valibot';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import type { Loading } from '../../../src/study/machine';
import { presetConfiguration } from '../../../src/study/presets';
import { selectBackend } from '../../../src/tensor/backend';
import { openHubModels } from '../../../src/worker/hub-models';
import { STAND_IN_TOKENIZER } from '../../hub/tokenizer-files';
import { emptyDatabase } from '../storage/records';

const hub = inject('hub');
const MEGABYTE = 1_000_000;

const heapSchema = v.object({
  usedSize: v.number(),
  backingStorageSize: v.optional(v.number(), 0),
});

/** Bytes that tensors hold on the GPU. */
function gpuBytes(): number {
  return tf.memory().numBytes;
}

/** JavaScript's objects and the buffers they hold, in bytes. */
async function heapBytes(): Promise<number> {
  const answer: unknown = await cdp().send('Runtime.getHeapUsage');
  const { usedSize, backingStorageSize } = v.parse(heapSchema, answer);
  return usedSize + backingStorageSize;
}

test.skipIf(!inject('large') || !inject('hubHasData'))(
  'flan-t5-large is never whole in JavaScript’s memory and writes a token (WINNOW_LARGE=1)',
  { timeout: 1_200_000 },
  async () => {
    await selectBackend('webgpu', { wasmBinary: '' });
    const store = new ArtefactStore(await emptyDatabase(onTestFinished));
    let peak = 0;
    const watching = { ended: false };
    const watch = async () => {
      while (!watching.ended) {
        peak = Math.max(peak, await heapBytes());
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
      }
    };
    const before = await heapBytes();
    const watched = watch();
    const started = performance.now();
    const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
    const model = { source: 'listed', id: 'flan-t5-large-q8_0' } as const;
    const loading: Loading = {
      configuration: {
        ...presetConfiguration('article'),
        models: { teacher: model, student: model, hubs: { huggingFace: hub, github: hub } },
      },
      signal: new AbortController().signal,
      show: () => {},
      log: (sentence) => console.log(`${seconds()} s: ${sentence}`),
    };
    const models = await openHubModels(store, loading, STAND_IN_TOKENIZER);
    const downloaded = peak;
    const gpuBefore = gpuBytes();
    const prompt = '2 + 3 = ?';
    const [output] = await models.teacher.generate([prompt], {
      temperature: 0,
      seeds: [1],
      maximumTokens: 1,
    });
    const resident = gpuBytes() - gpuBefore;
    watching.ended = true;
    await watched;
    const shown = [before, downloaded, peak].map((bytes) => Math.round(bytes / MEGABYTE));
    console.log(
      `${seconds()} s: "${output?.text}"; JavaScript memory ${shown[0]} MB before, at most ${shown[1]} MB while downloading, ${shown[2]} MB in all; ${Math.round(resident / MEGABYTE)} MB on the GPU`,
    );
    expect(output?.tokens).toBe(1);
    models.releaseTeacher();
    models.dispose();
    // The file has 832 MB and stays quantised: about a byte a weight, and the cache of one row.
    expect(resident).toBeLessThan(1_000 * MEGABYTE);
    expect(peak).toBeLessThan(200 * MEGABYTE);
  },
);
