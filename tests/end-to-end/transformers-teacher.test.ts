/** A teacher of transformers.js chosen in the built page: loaded when it is needed, from the page alone, without eval. */

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { followStudy, loadPage } from '../../scripts/study-page';
import { keepLanguageModels } from '../hub/language-models';
import { startStandInHub, type StandInHub } from '../hub/stand-in-hub';
import { inspectAt, openBuiltPage } from './built-page';

const LIMIT_MS = 240_000;
/** What a strict host sends with every file, the worker included: a worker's policy is that of its own answer. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' http://127.0.0.1:*; base-uri 'none'; form-action 'none'";
/** The library and its runtime, in the names the build gives them. */
const LIBRARY = /transformers\.web|ort-wasm|onnx/;

let hub: StandInHub;

beforeAll(async () => {
  hub = await startStandInHub();
  keepLanguageModels(hub);
});

afterAll(async () => {
  await hub.close();
});

describe.each([
  ['webgpu', /ort-wasm-simd-threaded\.asyncify-[^.]+\.wasm$/],
  ['wasm', /ort-wasm-simd-threaded-[^.]+\.wasm$/],
] as const)('a teacher of transformers.js on %s', (backend, binary) => {
  it('is loaded by its study, writes every rationale, and nobody else is asked', async () => {
    const built = await openBuiltPage({ 'Content-Security-Policy': POLICY });
    onTestFinished(() => built.close());
    const { page } = built;
    const requested: string[] = [];
    page.context().on('request', (request) => requested.push(request.url()));

    await loadPage(page, `${built.url}index.html`);
    expect(requested.some((address) => /assets\/worker-/.test(address))).toBe(true);
    expect(requested.filter((address) => LIBRARY.test(address))).toEqual([]);

    await page.getByRole('radio', { name: /smoke/ }).check();
    await page.getByLabel('Run on').selectOption(backend);
    const choice = page.locator('winnow-model-choice');
    await choice.locator('select').first().selectOption('transformers');
    await choice.getByText('another tokenizer than the student').waitFor();
    await choice.getByLabel('Teacher’s repository').fill('tiny/gpt2-jinja@main');
    await choice.getByLabel('Number format').selectOption('fp32');
    // The tiny model reads 128 tokens, too few for the worked examples that such a teacher is given.
    await page.getByText('The teacher’s rationales', { exact: true }).first().click();
    await page.getByText('How the teacher is asked').click();
    await page.getByLabel('Style').selectOption('trained');
    await choice.getByText('Where the files come from').click();
    await choice.getByLabel('Hugging Face or a mirror').fill(hub.url);
    await inspectAt(page, 'language-model', 360, 'light');
    await inspectAt(page, 'language-model', 1280, 'light');
    await page.getByRole('button', { name: 'Start this study' }).click();

    const study = await followStudy(
      page,
      ({ stages }) => stages.rationale.state === 'done',
      Date.now() + LIMIT_MS,
    );
    expect(study.device.backend).toBe(backend);
    // Every first rationale has all 40 tokens; by now the next stage may have asked for further ones.
    expect(study.rationale?.problems).toBe(8);
    const { samples = 0, tokens = 0 } = study.rationale ?? {};
    expect(tokens).toBeGreaterThanOrEqual(8 * 40);
    expect(tokens).toBeLessThanOrEqual(samples * 40);
    const loaded = requested.filter((address) => LIBRARY.test(new URL(address).pathname));
    console.log(loaded.map((address) => new URL(address).pathname).join('\n'));
    expect(loaded.some((address) => binary.test(address))).toBe(true);
    expect(built.problems).toEqual([]);
    expect(built.foreignRequests.length).toBeGreaterThan(0);
    for (const address of built.foreignRequests) {
      expect(new URL(address).hostname, address).toBe('127.0.0.1');
      expect(address).toContain('/tiny/gpt2-jinja/resolve/main/');
    }
  });
});
