/** A visitor's walk through the page: from opening it over the smallest study to a student taken along. */

import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadPage } from '../../scripts/study-page';
import { expectQuiet, openBuiltPage, type BuiltPage } from './built-page';

/** Five minutes are a visitor's patience; here a minute has to suffice. */
const WALK_LIMIT_MS = 60_000;

let built: BuiltPage;

beforeAll(async () => {
  built = await openBuiltPage();
});

afterAll(async () => {
  await built.close();
});

it(
  'leads from the first screen to an exported student by what is written on the page',
  { timeout: WALK_LIMIT_MS },
  async () => {
    const { page } = built;
    const shown = async (text: string | RegExp) =>
      page.getByText(text).first().waitFor({ state: 'visible' });
    await loadPage(page, `${built.url}index.html`);
    await page.getByRole('radio', { name: /^smoke/i }).check();
    await page.getByRole('button', { name: 'Start this study' }).click();

    // The study runs in front of the visitor, to its end.
    await page.getByRole('heading', { level: 1 }).waitFor();
    await shown(/problems it had never seen/);
    await shown('What goes wrong in wrong answers');

    await page.getByRole('link', { name: 'Rationales' }).click();
    await shown(/8 of 8 problems|8 problems/);
    await page.getByRole('link', { name: 'Overview' }).click();

    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByRole('region', { name: 'Comparison' }).waitFor();
    const answers = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save all answers as JSONL' }).click();
    const lines = (await readFile(await (await answers).path(), 'utf8')).trim().split('\n');
    const columns = new Set(
      lines.map((line) => {
        const answer: unknown = JSON.parse(line);
        return Object.keys(answer ?? {}).join();
      }),
    );
    // The teacher and the untrained student on 4 test problems, three methods on 4, 4 and 1.
    expect(lines).toHaveLength(4 + 4 + 3 * (4 + 4 + 1));
    expect(columns.size).toBe(1);

    const student = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const archive = unzipSync(await readFile(await (await student).path()));
    const names = Object.keys(archive).map((name) => name.replace(/^[^/]*\//, ''));
    expect(names).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json', 'README.md']),
    );
    expectQuiet(built);
  },
);

it('answers a question of the visitor, step by step', { timeout: WALK_LIMIT_MS }, async () => {
  const { page } = built;
  await page.getByRole('button', { name: 'Take one of the study’s problems' }).click();
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  // The pocket teacher gives every problem of its own world an answer; an untrained student may not.
  const teacher = page.getByRole('article', { name: 'Teacher' });
  await teacher.getByText(/Its answer is -?[\d.]+/).waitFor();
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  await page.screenshot({ path: 'reports/end-to-end/try-it.png', fullPage: true });
  expectQuiet(built);
});

it('has a finished study to look at', { timeout: WALK_LIMIT_MS }, async () => {
  const { page } = built;
  await loadPage(page, `${built.url}index.html`);
  await page.getByRole('link', { name: 'Look at the example' }).click();
  await page.getByText('the student trained on winnowed rationales solves').waitFor();
  await page.getByRole('link', { name: 'Rationales' }).click();
  await page.getByText('1,000 problems').waitFor();
  await page.getByRole('link', { name: 'Test answers' }).click();
  await page.getByText('400 of 400 test problems').waitFor();
  expectQuiet(built);
});
