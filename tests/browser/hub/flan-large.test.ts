/** A full-size flan-t5-large with random weights, from the hub to the GPU without ever being whole in JavaScript's memory. */

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
        ...presetConfiguration('flan'),
        models: { teacher: model, student: model, hubs: { huggingFace: hub, github: hub } },
      },
      signal: new AbortController().signal,
      show: () => {},
      log: (sentence) => console.log(`${seconds()} s: ${sentence}`),
    };
    const models = await openHubModels(store, loading, STAND_IN_TOKENIZER);
    const downloaded = peak;
    const student = await models.loadStudent(null);
    console.log(`${seconds()} s: loaded`);
    const [ids = []] = await student.generate([models.tokenizer.encode('2 + 3 = ?')], 1);
    watching.ended = true;
    await watched;
    const shown = [before, downloaded, peak].map((bytes) => Math.round(bytes / MEGABYTE));
    console.log(
      `${seconds()} s: token ${ids.join()}; JavaScript memory ${shown[0]} MB before, at most ${shown[1]} MB while downloading, ${shown[2]} MB in all`,
    );
    expect(ids).toHaveLength(1);
    student.dispose();
    models.dispose();
    // The file has 832 MB, its dequantised values 3.1 GB; garbage that waits for its collection counts.
    expect(peak - before).toBeLessThan(416 * MEGABYTE);
  },
);
