/** Taking a student away: what the page asks for, what it hands to the browser, and what it says. */

import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

test('asks for the chosen run in the chosen format, and says where the file goes', async () => {
  const study = fixtureSnapshot('end');
  const worker = await open({ studies: [study] }, '#study=study-1');
  await page.getByLabelText('Trained by').selectOptions('Unfiltered rationales');
  await page.getByLabelText('Format').selectOptions('GGUF, 8 bit');
  await expect.element(page.getByText(/reads it as a model of your own/)).toBeVisible();
  await page.getByRole('button', { name: 'Export' }).click();
  await expect.element(page.getByText(/student\.zip, .+, goes to your downloads/)).toBeVisible();
  const run = study.runs.find(({ method }) => method === 'cot');
  expect(asked(worker, 'exportStudent')).toMatchObject([
    { parameters: { studyId: 'study-1', runId: run?.runId, format: 'gguf-q8_0' } },
  ]);
});

test('is not offered before a run is done', async () => {
  await open({ studies: [fixtureSnapshot('rationale')] }, '#study=study-1');
  await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
  expect(page.getByText('Take the student with you').query()).toBeNull();
});
