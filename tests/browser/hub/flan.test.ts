/** A full-size flan-t5-small with random weights, from the hub over a cut connection to tokens on the GPU. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import * as v from 'valibot';
import { expect, inject, onTestFinished, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import type { Loading } from '../../../src/study/machine';
import { presetConfiguration } from '../../../src/study/presets';
import { selectBackend } from '../../../src/tensor/backend';
import { solvePrompt } from '../../../src/text/prompts';
import { openHubModels, readGsm8k } from '../../../src/worker/hub-models';
import { artefactAddress, artefactKey } from '../../../src/weights/hub/artefact';
import { listedModel } from '../../../src/weights/hub/manifest';
import { STAND_IN_TOKENIZER } from '../../hub/tokenizer-files';
import { emptyDatabase } from '../storage/records';

const hub = inject('hub');
const hubs = { huggingFace: hub, github: hub };
const small = { source: 'listed', id: 'flan-t5-small-q8_0' } as const;
const { weights } = listedModel(small.id);

function loading(shown: string[]): Loading {
  return {
    configuration: {
      ...presetConfiguration('article'),
      models: { teacher: small, student: small, hubs },
    },
    signal: new AbortController().signal,
    show: (sentence) => shown.push(sentence),
    log: (sentence) => shown.push(sentence),
  };
}

const QUESTION =
  'Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many clips did Natalia sell altogether in April and May?';
const TOKENS = 6;

test.skipIf(!inject('hubHasData'))(
  'comes whole over a cut connection, and generates on WebGPU what it generates on WebAssembly',
  { timeout: 600_000 },
  async () => {
    const cutAfter = new Random(7).integer(10_000_000, 70_000_000);
    const fault = encodeURIComponent(JSON.stringify({ cutAfter, times: 1 }));
    await fetch(`${artefactAddress(weights, hubs)}?fault=${fault}`, { method: 'PUT' });
    const store = new ArtefactStore(await emptyDatabase(onTestFinished));
    const shown: string[] = [];
    const generated: number[][] = [];
    const scored: number[] = [];
    for (const backend of ['webgpu', 'wasm'] as const) {
      await selectBackend(backend, { wasmBinary });
      const started = performance.now();
      const models = await openHubModels(store, loading(shown), STAND_IN_TOKENIZER);
      const student = await models.loadStudent(null, null);
      const input = models.tokenizer.encode(solvePrompt(QUESTION));
      const [ids = []] = await student.generate([input], TOKENS);
      generated.push(ids);
      const target = models.tokenizer.encode('[48/2=24] | [48+24=72] | #### 72');
      const [score] = await student.scoreTargets([{ input, target }], 1);
      scored.push(score?.logProbability ?? Number.NaN);
      student.dispose();
      models.dispose();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${backend}: ${ids.join(' ')} from ${input.length} tokens in ${seconds} s`);
    }
    expect(generated[0]?.length).toBeGreaterThan(0);
    expect(new Set(generated[0]).size).toBeGreaterThan(1);
    expect(generated[0]).toEqual(generated[1]);
    const [gpu = Number.NaN, processor = Number.NaN] = scored;
    expect(Math.abs(gpu / processor - 1)).toBeLessThan(2e-4);
    expect(await store.find(artefactKey(weights))).toMatchObject({
      state: 'complete',
      trust: 'pinned',
    });
    const asked: unknown = await (await fetch(`${artefactAddress(weights, hubs)}?requests`)).json();
    // Another test may have looked at the header, in ranges with an end.
    const downloads = v
      .parse(v.array(v.nullable(v.string())), asked)
      .filter((range) => range === null || range.endsWith('-'));
    // One request, cut; one for the rest; none for the second backend.
    expect(downloads).toEqual([null, expect.stringMatching(/^bytes=\d+-$/)]);
    expect(shown.join('\n')).toMatch(/Downloading Felladrin.* of \d+ MB \(\d+ %\)/);
    expect(shown.join('\n')).toContain('the one found is pinned from now on');
  },
);

test.skipIf(!inject('hubHasData'))('GSM8K comes with the hashes that are listed', async () => {
  const store = new ArtefactStore(await emptyDatabase(onTestFinished));
  const files = await readGsm8k(store, loading([]));
  expect(files.map(({ name }) => name)).toEqual(['train.jsonl', 'test.jsonl']);
  expect((await store.list()).map(({ trust }) => trust)).toEqual(['verified', 'verified']);
});
