/** Two studies problem by problem, in the page. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

it('compares a student with that of another study, or with another one of its own', async () => {
  const other = { ...fixtureSnapshot('end'), studyId: 'study-2', name: 'Silver Wheat' };
  const worker = await open({ studies: [fixtureSnapshot('end'), other] }, '#study=study-1');
  const compare = page.getByRole('button', { name: 'Compare' });
  await compare.click();
  await expect.element(page.getByText('Which number follows 1?')).toBeVisible();
  expect(page.getByText('Which number follows 0?').query()).toBeNull();
  await page.getByLabelText('Compared with').selectOptions('Silver Wheat');
  await expect.poll(() => page.getByText('Which number follows 1?').query()).toBeNull();
  await page.getByLabelText('Student of this study').selectOptions('Unfiltered rationales');
  await compare.click();
  await expect.element(page.getByText('Which number follows 2?')).toBeVisible();
  expect(asked(worker, 'compareAnswers')).toMatchObject([
    {
      parameters: {
        first: { studyId: 'study-1', runId: 'study-1-feedback' },
        second: { studyId: 'study-1', runId: 'study-1-answer' },
      },
    },
    {
      parameters: {
        first: { studyId: 'study-1', runId: 'study-1-cot' },
        second: { studyId: 'study-2', runId: 'study-1-feedback' },
      },
    },
  ]);
});
