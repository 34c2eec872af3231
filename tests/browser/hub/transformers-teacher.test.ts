/** Teachers through transformers.js: a tiny GPT-2 from the stand-in hub writes what PyTorch says it writes. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { TransformersModel } from '../../../src/rationale/transformers-model';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import type { Loading } from '../../../src/study/machine';
import type { TransformersChoice } from '../../../src/study/model-choice';
import { presetConfiguration } from '../../../src/study/presets';
import { selectBackend } from '../../../src/tensor/backend';
import { openTransformersTeacher } from '../../../src/worker/transformers-study-models';
import expected from '../../fixtures/onnx-tiny-gpt2/expected.json';
import { emptyDatabase } from '../storage/records';

const hub = inject('hub');

function choice(kind: 'chat' | 'jinja' | 'plain'): TransformersChoice {
  return {
    source: 'transformers',
    repository: `tiny/gpt2-${kind}`,
    revision: 'main',
    dtype: 'fp32',
    task: 'text-generation',
  };
}

function loading(shown: string[] = []): Loading {
  const configuration = presetConfiguration('smoke');
  return {
    configuration: {
      ...configuration,
      models: { ...configuration.models, hubs: { huggingFace: hub, github: hub } },
    },
    signal: new AbortController().signal,
    show: (sentence) => shown.push(sentence),
    log: (sentence) => shown.push(sentence),
  };
}

describe.each(['webgpu', 'wasm'] as const)('on %s', (backend) => {
  test('writes', async () => {
    await selectBackend(backend, { wasmBinary });
    const store = new ArtefactStore(await emptyDatabase(onTestFinished));
    const shown: string[] = [];
    const teacher = await openTransformersTeacher(store, loading(shown), choice('plain'));
    console.log(shown.join('\n'), (await store.list()).map(({ key, bytes }) => `${key} ${bytes}`));
    const outputs = await teacher.generate(expected.map(({ prompt }) => prompt), {
      temperature: 0, seeds: [0, 0, 0], maximumTokens: 16 });
    console.log(JSON.stringify(outputs, null, 1));
    teacher.release();
  });
});
