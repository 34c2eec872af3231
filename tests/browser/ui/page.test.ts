/** The page with a scripted worker: from the first screen through a running study to its report. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { METHODS } from '../../../src/study/methods';
import { fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

/** A file of the manifest, whose licence is known. */
const GSM8K_KEY =
  'github/openai/grade-school-math@3101c7d5072418e28b9008a6636bde82a006892c/grade_school_math/data/train.jsonl';

describe('the first screen', () => {
  it('names the GPU and starts the demo study with one button', async () => {
    const worker = await open({ software: false });
    expect(window.winnow?.ready).toBe(true);
    await expect.element(page.getByText('NVIDIA GeForce RTX 4070')).toBeVisible();
    expect(page.getByText('No graphics processor in use.').query()).toBeNull();
    await page.getByRole('button', { name: 'Run the demo study' }).click();
    await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
    expect(asked(worker, 'startStudy')).toMatchObject([
      { parameters: { configuration: { preset: 'demo', data: { source: 'pocket' } } } },
    ]);
    expect(window.location.hash).toBe('#study=study-1');
  });

  it('says so when there is only a software adapter', async () => {
    await open({ software: true });
    await expect.element(page.getByText('No graphics processor in use.')).toBeVisible();
    await expect.element(page.getByText(/runs on WebAssembly/)).toBeVisible();
  });

  it('offers to go on with the study that was cut short', async () => {
    const paused = { ...fixtureSnapshot('train'), status: 'paused' as const };
    const worker = await open({ studies: [paused] });
    await page.getByRole('button', { name: 'Go on with it' }).click();
    await expect.element(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    expect(asked(worker, 'resumeStudy')).toMatchObject([{ parameters: { studyId: 'study-1' } }]);
  });

  it('lists downloaded files with their sizes and deletes them', async () => {
    const file = { total: null, sha256: 'ab', trust: 'pinned', bytes: 81_847_552 } as const;
    const worker = await open({
      downloads: [
        { key: 'a', name: 'some/model.gguf', state: 'complete', ...file },
        { key: 'b', name: 'some/other.gguf', state: 'partial', ...file, total: 900_000_000 },
        { key: GSM8K_KEY, name: 'train.jsonl', state: 'complete', ...file, trust: 'verified' },
      ],
    });
    await expect.element(page.getByText(/listed one, licence: MIT/)).toBeVisible();
    await expect.element(page.getByText(/hash pinned by the first download/)).toBeVisible();
    await expect.element(page.getByText(/of 900.* not complete/)).toBeVisible();
    await page.getByRole('button', { name: 'Delete some/model.gguf' }).click();
    await page.getByRole('button', { name: 'Really delete' }).click();
    await expect.element(page.getByText('some/model.gguf')).not.toBeInTheDocument();
    expect(asked(worker, 'deleteDownload')).toMatchObject([{ parameters: { key: 'a' } }]);
    await expect.element(page.getByText('some/other.gguf')).toBeVisible();
  });

  it('starts another preset with another seed', async () => {
    const worker = await open({});
    await page.getByRole('radio', { name: /smoke/i }).click();
    await page.getByText('Seed, memory and measurement').click();
    await page.getByLabelText('Seed').fill('77');
    await page.getByRole('button', { name: 'Start this study' }).click();
    await expect.poll(() => asked(worker, 'startStudy').length).toBe(1);
    expect(asked(worker, 'startStudy')).toMatchObject([
      { parameters: { configuration: { preset: 'smoke', seed: 77 } } },
    ]);
  });

  it('deletes a study, and takes that back when asked to', async () => {
    const worker = await open({ studies: [fixtureSnapshot('end')] });
    await page.getByRole('button', { name: 'Delete Amber Finch' }).click();
    await expect.element(page.getByText('Amber Finch is deleted.')).toBeVisible();
    expect(page.getByRole('link', { name: 'Amber Finch' }).query()).toBeNull();
    await page.getByRole('button', { name: 'Undo the deletion of Amber Finch' }).click();
    await expect.element(page.getByRole('link', { name: 'Amber Finch' })).toBeVisible();
    expect(asked(worker, 'undoDelete')).toMatchObject([{ parameters: { studyId: 'study-1' } }]);
  });

  it('sets up another study with the configuration of one', async () => {
    await open({ studies: [fixtureSnapshot('end')] });
    await page.getByRole('button', { name: 'Duplicate Amber Finch' }).click();
    await expect.poll(() => window.location.hash).toContain('setup=demo');
    expect(decodeURIComponent(window.location.hash)).toContain('seed=7');
  });

  it('gives a study another name and says what it takes', async () => {
    const worker = await open({ studies: [fixtureSnapshot('end')] });
    await expect.element(page.getByText(/about 12\D*MB/)).toBeVisible();
    await page.getByRole('button', { name: 'Rename Amber Finch' }).click();
    await page.getByLabelText('New name').fill('  Tidy Sheaf ');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await expect.element(page.getByRole('link', { name: 'Tidy Sheaf' })).toBeVisible();
    expect(asked(worker, 'renameStudy')).toMatchObject([{ parameters: { name: 'Tidy Sheaf' } }]);
  });
});

describe('a running study', () => {
  it('shows its stages live, pauses and goes on', async () => {
    const worker = await open({ studies: [fixtureSnapshot('rationale', 0.25)] });
    worker.broadcast(fixtureSnapshot('rationale', 0.25));
    await page.getByRole('link', { name: 'Show the running study' }).click();
    const bar = page.getByRole('progressbar', { name: 'Rationales: 600 of 2,400 problems' });
    await expect.element(bar).toBeVisible();
    await expect.element(page.getByText(/about 1 min left/)).toBeVisible();
    worker.broadcast(fixtureSnapshot('rationale', 0.5));
    await expect
      .element(page.getByRole('progressbar', { name: 'Rationales: 1,200 of 2,400 problems' }))
      .toBeVisible();
    worker.say('The teacher is half way.');
    await expect.element(page.getByText('The teacher is half way.')).toBeVisible();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect.element(page.getByRole('button', { name: 'Go on' })).toBeVisible();
    expect(window.winnow?.snapshot?.status).toBe('paused');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.element(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  });

  it('tells screen readers when a stage changes', async () => {
    const worker = await open({});
    worker.broadcast(fixtureSnapshot('rationale'));
    await expect.element(page.getByText(/^Rationales: running\./)).toBeInTheDocument();
    worker.broadcast(fixtureSnapshot('train'));
    await expect.element(page.getByText(/^Training: running\./)).toBeInTheDocument();
  });

  it('shows the worker’s failures', async () => {
    const worker = await open({});
    worker.crash('device lost');
    await expect.element(page.getByRole('alert')).toHaveTextContent('device lost');
    expect(window.winnow?.problem).toContain('device lost');
  });
});

describe('a finished study', () => {
  it('shows the curves, the values under the pointer and the table', async () => {
    await open({ studies: [fixtureSnapshot('end')] }, '#study=study-1');
    await expect.element(page.getByRole('heading', { name: 'Result' })).toBeVisible();
    const chart = page.getByRole('img', { name: /Curves of the validation loss/ });
    await expect.element(chart).toBeVisible();
    await expect.poll(() => chart.element().querySelector('canvas')?.width ?? 0).toBeGreaterThan(0);
    await chart.hover();
    await expect.element(page.getByText(/^At update/)).toBeVisible();
    await expect.element(page.getByText('43.3\u00a0%').first()).toBeVisible();
    const heading = page.getByRole('heading', { name: 'The methods' });
    await expect.element(heading).toBeVisible();
    await expect.element(page.getByText(/^Share of target tokens predicted/)).toBeVisible();
  });

  it('shows where the time on the device went, the small kernels together', async () => {
    const kernels = Array.from({ length: 14 }, (_, index) => ({
      name: `Kernel ${index + 1}`,
      dispatches: 100,
      milliseconds: index === 0 ? 8700 : 100,
    }));
    await open({ studies: [{ ...fixtureSnapshot('end'), kernels }] }, '#study=study-1');
    await expect.element(page.getByRole('heading', { name: 'Time on the device' })).toBeVisible();
    const row = (name: string) => page.getByRole('row', { name });
    await expect.element(row('Kernel 1 100')).toHaveTextContent(/9\ss\s+87\.0\s%/);
    await expect.element(row('3 others')).toHaveTextContent(/300\s+300\sms\s+3\.0\s%/);
    await expect.element(row('all kernels')).toHaveTextContent(/1,400\s+10\ss\s+100\.0\s%/);
    expect(page.getByText('Kernel 12').query()).toBeNull();
  });

  it('gives the headless runner its snapshot and report', async () => {
    await open({ studies: [fixtureSnapshot('end')] }, '#study=study-1');
    await expect.poll(() => window.winnow?.snapshot?.status).toBe('done');
    await expect(window.winnow?.reportHtml()).resolves.toMatch(/^<!doctype html>/);
  });

  it('does not scroll sideways at 360 pixels', async () => {
    await page.viewport(360, 800);
    await open({ studies: [fixtureSnapshot('end', 1, METHODS)] }, '#study=study-1');
    await expect.element(page.getByRole('heading', { name: 'The methods' })).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  });

  it('says when an address leads to no study', async () => {
    await open({}, '#study=gone');
    await expect.element(page.getByRole('alert')).toHaveTextContent('not in this browser any more');
  });
});
