/** Teachers through transformers.js: a tiny GPT-2 from the stand-in hub writes what PyTorch says it writes. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest';
import type { TeacherOptions } from '../../../src/rationale/teacher';
import { ArtefactStore } from '../../../src/storage/artefact-store';
import type { Loading } from '../../../src/study/machine';
import type { TransformersChoice } from '../../../src/study/model-choice';
import { presetConfiguration } from '../../../src/study/presets';
import { selectBackend } from '../../../src/tensor/backend';
import { instructionRationale } from '../../../src/text/instruction-rationale';
import { ONNX_RUNTIMES } from '../../../src/worker/onnx-runtime-files';
import { openTransformersTeacher } from '../../../src/worker/transformers-study-models';
import { artefactAddress, artefactKey, namedArtefact } from '../../../src/weights/hub/artefact';
import expected from '../../fixtures/onnx-tiny-gpt2/expected.json';
import tokenizer from '../../fixtures/onnx-tiny-gpt2/tokenizer.json';
import { writtenIds } from '../../hub/tiny-encoder-decoder';
import { emptyDatabase } from '../storage/records';

const hub = inject('hub');
const hubs = { huggingFace: hub, github: hub };
const PROMPTS = expected.map(({ prompt }) => prompt);
/** As many tokens as PyTorch wrote. */
const GREEDY: TeacherOptions = { temperature: 0, seeds: [1, 2, 3], maximumTokens: 16 };

type Kind = 'chat' | 'jinja' | 'plain';

function choice(kind: Kind, change: Partial<TransformersChoice> = {}): TransformersChoice {
  return {
    source: 'transformers',
    repository: `tiny/gpt2-${kind}`,
    revision: 'main',
    dtype: 'fp32',
    task: 'text-generation',
    ...change,
  };
}

function loading(hubAddresses = hubs, shown: string[] = [], signal?: AbortSignal): Loading {
  const configuration = presetConfiguration('smoke');
  return {
    configuration: {
      ...configuration,
      models: { ...configuration.models, hubs: hubAddresses },
    },
    signal: signal ?? new AbortController().signal,
    show: (sentence) => shown.push(sentence),
    log: (sentence) => shown.push(sentence),
  };
}

async function emptyStore(): Promise<ArtefactStore> {
  return new ArtefactStore(await emptyDatabase(onTestFinished));
}

async function open(kind: Kind) {
  const teacher = await openTransformersTeacher(
    await emptyStore(),
    loading(),
    choice(kind),
    ONNX_RUNTIMES,
  );
  onTestFinished(() => teacher.release());
  return teacher;
}

/** White space and special tokens are the tokenizer's own affair: this one knows no spaces. */
function bare(text: string): string {
  return text.replace(/<\|[a-z]+\|>|\s/g, '');
}

/** PyTorch's text, read as every model's is: this one's words only change on their way into plain text. */
function asRead(text: string): string {
  return bare(instructionRationale(text.replace(/<\|[a-z]+\|>/g, '')));
}

beforeEach(async () => {
  await selectBackend('wasm', { wasmBinary });
});

// WebGPU first: ONNX Runtime starts once in a page, and the binary for the GPU serves both.
test.each(['webgpu', 'wasm'] as const)('it writes what PyTorch writes, on %s', async (backend) => {
  await selectBackend(backend, { wasmBinary });
  const shown: string[] = [];
  const store = await emptyStore();
  const teacher = await openTransformersTeacher(
    store,
    loading(hubs, shown),
    choice('plain'),
    ONNX_RUNTIMES,
  );
  const outputs = await teacher.generate(PROMPTS, GREEDY);
  // Freed in between, it starts again.
  teacher.release();
  expect(await teacher.generate(PROMPTS.slice(2), GREEDY)).toEqual(outputs.slice(2));
  teacher.release();
  expect(outputs.map(({ text }) => bare(text))).toEqual(
    expected.map(({ generated_text }) => asRead(generated_text)),
  );
  expect(outputs.map(({ tokens }) => tokens)).toEqual([16, 16, 16]);
  console.log(`${backend}: ${outputs.map(({ text }) => text).join(' / ')}`);
  expect(shown).toContainEqual(
    expect.stringMatching(/^Downloading tiny\/gpt2-plain\/onnx\/model\.onnx: [\d.]+ of 0\.2 MB/),
  );
  expect(
    await store.find(artefactKey(namedArtefact('tiny/gpt2-plain', 'main', 'onnx/model.onnx'))),
  ).toMatchObject({
    state: 'complete',
    bytes: 237_801,
    trust: 'unverified',
  });
});

test('an encoder and decoder writes what its two matrices say', async () => {
  const pair = choice('plain', {
    repository: 'tiny/encoder-decoder',
    task: 'text2text-generation',
  });
  const teacher = await openTransformersTeacher(await emptyStore(), loading(), pair, ONNX_RUNTIMES);
  onTestFinished(() => teacher.release());
  const words = Object.entries(tokenizer.model.vocab);
  const outputs = await teacher.generate(PROMPTS, GREEDY);
  const written = expected.map(({ prompt_ids }) => writtenIds(prompt_ids, GREEDY.maximumTokens));
  // One of them ends by itself; its end token counts.
  expect(outputs.map(({ tokens }) => tokens)).toEqual(written.map(({ length }) => length));
  expect(written.map(({ length }) => length)).toEqual([16, 7, 16]);
  expect(outputs.map(({ text }) => bare(text))).toEqual(
    written.map((ids) =>
      asRead(ids.map((id) => words.find(([, each]) => each === id)?.[0] ?? '').join(' ')),
    ),
  );
  console.log(outputs.map(({ text, tokens }) => `${tokens}: ${text}`).join(' / '));
});

test('a chat model is spoken to in its template, wherever the repository keeps it', async () => {
  const plain = await open('plain');
  const [inTemplate] = await plain.generate([`<|user|> ${PROMPTS[0]} <|assistant|> `], GREEDY);
  for (const kind of ['chat', 'jinja'] as const) {
    const [output] = await (await open(kind)).generate(PROMPTS.slice(0, 1), GREEDY);
    expect(output, kind).toEqual(inTemplate);
  }
  const [without] = await (await open('plain')).generate(PROMPTS.slice(0, 1), GREEDY);
  expect(without).not.toEqual(inTemplate);
});

test('a sample depends on its seed and its question, not on its neighbours', async () => {
  const teacher = await open('plain');
  const [question = ''] = PROMPTS;
  const sample = async (questions: readonly string[], seeds: readonly number[]) =>
    teacher.generate(questions, { temperature: 1, seeds, maximumTokens: 12 });
  const [first, second] = await sample([question, question], [7, 8]);
  expect(first?.text).not.toBe(second?.text);
  const again = await sample(
    [PROMPTS[1] ?? '', question, PROMPTS[2] ?? '', question],
    [1, 8, 2, 7],
  );
  expect(again[1]).toEqual(second);
  expect(again[3]).toEqual(first);
});

test('a second opening asks nobody, also for the files that the repository lacks', async () => {
  const store = await emptyStore();
  await openTransformersTeacher(store, loading(), choice('plain'), ONNX_RUNTIMES);
  const nowhere = { huggingFace: 'http://127.0.0.1:1', github: 'http://127.0.0.1:1' };
  const teacher = await openTransformersTeacher(
    store,
    loading(nowhere),
    choice('plain'),
    ONNX_RUNTIMES,
  );
  const [output] = await teacher.generate(['How many apples ?'], { ...GREEDY, maximumTokens: 8 });
  expect(output?.tokens).toBe(8);
  teacher.release();
});

test('a cut connection is taken up again', async () => {
  const weights = artefactAddress(
    namedArtefact('tiny/gpt2-plain', 'main', 'onnx/model.onnx'),
    hubs,
  );
  const fault = encodeURIComponent(JSON.stringify({ cutAfter: 100_000, times: 1 }));
  await fetch(`${weights}?fault=${fault}`, { method: 'PUT' });
  const [output] = await (await open('plain')).generate(PROMPTS.slice(0, 1), GREEDY);
  expect(bare(output?.text ?? '')).toBe(asRead(expected[0]?.generated_text ?? ''));
  const requests: unknown = await (await fetch(`${weights}?requests`)).json();
  expect(requests).toContainEqual('bytes=100000-');
});

test('what cannot be had or run is refused with a sentence', async () => {
  const store = await emptyStore();
  const refused = async (change: Partial<TransformersChoice>, sentence: RegExp) =>
    expect(async () => {
      const teacher = await openTransformersTeacher(
        store,
        loading(),
        choice('plain', change),
        ONNX_RUNTIMES,
      );
      await teacher.generate(PROMPTS, GREEDY);
    }).rejects.toThrow(sentence);
  await refused(
    { dtype: 'q4' },
    /tiny\/gpt2-plain\/onnx\/model_q4\.onnx; the hub has no such file/,
  );
  await refused({ repository: 'tiny/nothing' }, /tiny\/nothing\/config\.json; the hub has no such/);
  await refused({ task: 'text2text-generation' }, /to run as a text2text-generation model/);
});

test('a prompt that does not fit is an error, not a shorter prompt', async () => {
  const teacher = await open('plain');
  const long = 'apples '.repeat(128);
  await expect(teacher.generate([long], { ...GREEDY, seeds: [1] })).rejects.toThrow(
    'within the 128 tokens that tiny/gpt2-plain reads, found one of 128 tokens',
  );
  const [output] = await teacher.generate(['apples '.repeat(120)], { ...GREEDY, seeds: [1] });
  expect(output?.tokens).toBe(8);
});

test('a pause is heard between two questions', async () => {
  const pause = new AbortController();
  const teacher = await openTransformersTeacher(
    await emptyStore(),
    loading(hubs, [], pause.signal),
    choice('plain'),
    ONNX_RUNTIMES,
  );
  onTestFinished(() => teacher.release());
  // Asked for by the first prompt; the second one hears it.
  const seeds = Object.defineProperty([...GREEDY.seeds], 0, {
    get: () => {
      pause.abort(new Error('paused here'));
      return 1;
    },
  });
  await expect(teacher.generate(PROMPTS, { ...GREEDY, seeds })).rejects.toThrow('paused here');
});
