/** The plan of a study before its start: parts of it, their times and what they can find. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { asked, open } from './opened-page';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

it('shows what parts of the article’s study take and find, and takes one', async () => {
  const worker = await open({});
  await page.getByRole('radio', { name: /^article /i }).click();
  await page.getByText('Where the article’s text is silent, and what is done here').click();
  await expect.element(page.getByText('How GSM8K is split')).toBeVisible();
  await page.getByText('Plan: how much of it, how long, and what it can find').click();
  const plan = page.getByRole('region', { name: 'Plan' });
  const whole = plan.getByRole('row', { name: /6,973, 1,319/ });
  await expect.element(whole.getByText('3.9 points').first()).toBeVisible();
  await page.getByLabelText('One method alone right, %').fill('10');
  await page.getByRole('button', { name: 'Measure the times' }).click();
  await expect.element(whole.getByText('2.4 points').first()).toBeVisible();
  await expect.element(plan.getByText(/ min| h| s/).first()).toBeVisible();
  await page.getByLabelText('Further attempts a problem').selectOptions('1');
  await plan
    .getByRole('row', { name: /697, 132/ })
    .getByRole('button')
    .click();
  await expect.element(plan.getByRole('row', { name: /697, 132/ })).toBeVisible();
  await page.getByRole('button', { name: 'Start this study' }).click();
  await expect.poll(() => asked(worker, 'startStudy').length).toBe(1);
  expect(asked(worker, 'startStudy')).toMatchObject([
    {
      parameters: {
        configuration: {
          preset: 'article',
          data: { source: 'gsm8k', trainProblems: 697, validationProblems: 50, testProblems: 132 },
          rationale: { resamples: 1 },
          training: { targetTokens: 500_000, maximumUpdates: 1_000 },
        },
      },
    },
  ]);
});
