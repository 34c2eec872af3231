/** A whole study in the built page on software WebGPU, and what the page shows of it. */

import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followStudy, loadPage, readSnapshot, runAddress } from '../../scripts/study-page';
import { SPLIT_NAMES } from '../../src/data/problem';
import { COMPARED_METHODS } from '../../src/study/methods';
import { STAGE_NAMES, type StudySnapshot } from '../../src/study/snapshot';
import { parseT5Configuration } from '../../src/t5/configuration';
import { describeParameters } from '../../src/t5/parameters';
import { memorySource } from '../../src/weights/byte-source';
import { openCheckpoint } from '../../src/weights/checkpoint';
import { expectQuiet, inspectAt, openBuiltPage, type BuiltPage } from './built-page';

/** The smoke preset has to finish within this on two cores without a GPU. */
const SMOKE_LIMIT_MS = 300_000;

let built: BuiltPage;
let finished: StudySnapshot | null = null;

beforeAll(async () => {
  built = await openBuiltPage();
});

afterAll(async () => {
  await built.close();
});

function study(): StudySnapshot {
  if (finished === null) throw new Error('Expected a finished study; the first test failed.');
  return finished;
}

describe('the built page on software WebGPU', () => {
  it('shows its first screen without asking anyone for anything', async () => {
    await loadPage(built.page, `${built.url}index.html`);
    await expect(built.page.getByRole('button', { name: /run the demo/i }).count()).resolves.toBe(
      1,
    );
    for (const width of [360, 1280]) {
      await inspectAt(built.page, 'first-screen', width, 'light');
      await inspectAt(built.page, 'first-screen', width, 'dark');
    }
    expectQuiet(built);
  });

  it('has a policy that refuses markup, evaluated text and other hosts', async () => {
    // A page of its own: what it refuses here would count as a fault of the others.
    const context = await built.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${built.url}index.html`);
    const refused = await page.evaluate(async () => {
      const directives: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
        directives.push(effectiveDirective),
      );
      try {
        document.createRange().createContextualFragment('<b>bold</b>');
      } catch (error) {
        directives.push(String(error));
      }
      await fetch('https://example.org/').catch(() => undefined);
      const image = new Image();
      image.src = 'https://example.org/a.png';
      await new Promise((resolve) => image.addEventListener('error', resolve));
      return directives;
    });
    expect(refused).toEqual([
      expect.stringMatching(/^TypeError: .*TrustedHTML/),
      'require-trusted-types-for',
      'connect-src',
      'img-src',
    ]);
    await context.close();
  });

  it('runs the smoke preset through every stage within five minutes', async () => {
    const request = { preset: 'smoke', backend: 'webgpu', seed: 1 } as const;
    await built.page.goto('about:blank');
    await loadPage(built.page, runAddress(built.url, request));
    finished = await followStudy(
      built.page,
      ({ status, report }) => status === 'done' && report !== null,
      Date.now() + SMOKE_LIMIT_MS,
    );
    expect(finished.device.backend).toBe('webgpu');
    expect(finished.device.software).toBe(true);
    for (const name of STAGE_NAMES) expect(finished.stages[name].state, name).toBe('done');
    expectQuiet(built);
  });

  it('has three runs with validation curves', () => {
    const { runs } = study();
    expect(runs.map(({ method }) => method).toSorted()).toEqual(COMPARED_METHODS.toSorted());
    for (const run of runs) {
      expect(run.validation.length, run.method).toBeGreaterThanOrEqual(2);
      for (const { loss } of run.validation) expect(Number.isFinite(loss), run.method).toBe(true);
      expect(run.bestUpdate, run.method).not.toBeNull();
    }
  });

  it('has a complete report', () => {
    const { report } = study();
    expect(report?.methods.map(({ method }) => method)).toEqual(COMPARED_METHODS);
    expect(report?.comparisons).toHaveLength(3);
    for (const { splits, cost } of report?.methods ?? []) {
      for (const split of SPLIT_NAMES) {
        const { exactMatch, tokenAccuracy, formatRate } = splits[split];
        for (const { trials, value, low, high } of [exactMatch, tokenAccuracy, formatRate]) {
          expect(trials).toBeGreaterThan(0);
          expect(low).toBeLessThanOrEqual(value);
          expect(high).toBeGreaterThanOrEqual(value);
        }
      }
      expect(cost.updates).toBeGreaterThan(0);
    }
  });

  it('shows the curves and the table, at both widths, light and dark', async () => {
    const { page } = built;
    await expect(page.locator('canvas').count()).resolves.toBeGreaterThan(0);
    await expect(page.getByRole('table').count()).resolves.toBeGreaterThan(0);
    for (const width of [360, 1280]) {
      await inspectAt(page, 'study', width, 'light');
      await inspectAt(page, 'study', width, 'dark');
    }
  });

  it('gives a trained student away as a folder that opens as a model', async () => {
    const { page } = built;
    await page.setViewportSize({ width: 1280, height: 900 });
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^winnow-.*-feedback\.zip$/);
    const archive = unzipSync(await readFile(await download.path()));
    const [folder = ''] = Object.keys(archive)[0]?.split('/') ?? [];
    const file = (name: string) => archive[`${folder}/${name}`] ?? new Uint8Array();
    const config: unknown = JSON.parse(new TextDecoder().decode(file('config.json')));
    const weights = memorySource('model.safetensors', file('model.safetensors'));
    const checkpoint = await openCheckpoint(weights, config);
    const configuration = parseT5Configuration(config);
    expect(checkpoint.names).toEqual(describeParameters(configuration).map(({ name }) => name));
    for (const name of ['README.md', 'tokenizer.json', 'training/train.jsonl']) {
      expect(file(name).length, name).toBeGreaterThan(100);
    }
    expectQuiet(built);
  });

  it('lists the traces and opens one with its steps and verdicts', async () => {
    const { page } = built;
    await page.getByRole('link', { name: /rationales/i }).click();
    const rows = page.locator('winnow-trace-browser').locator('a[href*="trace="]');
    await rows.first().waitFor();
    await rows.first().click();
    await page
      .getByRole('article', { name: 'First attempt' })
      .getByText(/kept|rejected|repaired/i)
      .filter({ visible: true })
      .first()
      .waitFor();
    expect(page.url()).toContain('trace=');
    for (const width of [360, 1280]) await inspectAt(page, 'trace', width, 'light');
    expectQuiet(built);
  });

  it('makes a report that needs nothing but itself', async () => {
    const report = await built.page.evaluate(() => window.winnow?.reportHtml());
    expect(report).toMatch(/^<!doctype html>/i);
    expect(report).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const method of COMPARED_METHODS) expect(report).toContain(method);
  });

  it('shows the finished study again after a reload, without starting another', async () => {
    await built.page.reload();
    await built.page.waitForFunction(() => window.winnow?.snapshot?.status === 'done');
    expect((await readSnapshot(built.page))?.studyId).toBe(study().studyId);
    expectQuiet(built);
  });
});
