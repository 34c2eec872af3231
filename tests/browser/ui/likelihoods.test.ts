/** Likelihoods in the page: the budget that a visitor sets, values beside their thresholds, and what they took. */

import { afterEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import type { LikelihoodSummary } from '../../../src/study/likelihood-summary';
import '../../../src/ui/elements/feedback-summary';
import '../../../src/ui/elements/judged-step';
import { reportTables } from '../../../src/ui/report/report-tables';
import { fixtureReport, fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

const likelihoods: LikelihoodSummary = {
  refusal: '',
  thresholds: [
    {
      signal: 'following',
      model: 'teacher',
      threshold: 0.4861,
      clean: 160,
      injected: 48,
      retention: 0.95,
      recall: 0.9792,
      used: true,
    },
    {
      signal: 'leave-one-out',
      model: 'student',
      threshold: -3,
      clean: 160,
      injected: 48,
      retention: 0.95,
      recall: 0.0625,
      used: false,
    },
  ],
  fit: { sequences: 1801, tokens: 30_000, seconds: 9 },
  scoring: { sequences: 900, tokens: 18_000, seconds: 4.5 },
  problems: 1500,
  steps: 450,
  helpful: 12,
};

function show(name: string, properties: object): void {
  document.body.append(Object.assign(document.createElement(name), properties));
}

afterEach(() => {
  document.body.replaceChildren();
});

it('takes a budget into the study that starts', async () => {
  const worker = await open({});
  await page.getByText('Feedback', { exact: true }).first().click();
  await page.getByLabelText('Sequences scored at most').fill('5000');
  await page.getByRole('button', { name: 'Start this study' }).click();
  await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
  expect(asked(worker, 'startStudy')).toMatchObject([
    { parameters: { configuration: { feedback: { likelihoods: 5000 } } } },
  ]);
});

it('offers none where the teacher gives none, and says why', async () => {
  await open({});
  await page.getByRole('combobox', { name: 'Teacher', exact: true }).selectOptions('transformers');
  await page.getByText('Feedback', { exact: true }).first().click();
  await expect.element(page.getByLabelText('Sequences scored at most')).toBeDisabled();
  await expect.element(page.getByLabelText('Sequences scored at most')).toHaveValue('0');
  await expect.element(page.getByText(/gives text and no likelihoods/)).toBeVisible();
});

it('shows what models say of a step beside the thresholds', async () => {
  show('winnow-judged-step', {
    index: 0,
    step: {
      text: 'Birds can fly',
      verdict: 'rejected',
      reason: 'redundant',
      message: 'Nothing that follows is likelier for this sentence.',
      outcomes: [],
      dependsOn: [],
      likelihoods: [
        { signal: 'following', model: 'teacher', value: -0.077, threshold: 0.4861 },
        { signal: 'leave-one-out', model: 'student', value: 0.25, threshold: 0.25 },
      ],
    },
  });
  await page.getByText('Every check').click();
  await expect
    .element(page.getByRole('row', { name: /What follows, teacher -0\.08 .*does not help.*0\.49/ }))
    .toBeVisible();
  await expect
    .element(page.getByRole('row', { name: /student before training 0\.25 .*helps.*0\.25/ }))
    .toBeVisible();
});

it('says in the summary and in the report what they decided and took', async () => {
  show('winnow-feedback-summary', { snapshot: { ...fixtureSnapshot('end'), likelihoods } });
  await expect
    .element(page.getByText(/450 steps were left to the models[^]*12 were/))
    .toBeVisible();
  await expect.element(page.getByText(/from 0\.49 on a step helps[^]*97\.9/)).toBeVisible();
  await expect.element(page.getByText(/too few: it is not asked for/)).toBeVisible();
  await expect.element(page.getByText(/A thousand problems take 600 sequences/)).toBeVisible();
  const table = reportTables({ ...fixtureReport(), likelihoods }).find(
    ({ title }) => title === 'What likelihoods cost',
  );
  expect(table?.groups[0]?.rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
    ['1,801', '30,000', '9\u00a0s'],
    ['900', '18,000', '5\u00a0s'],
    ['600', '12,000', '3\u00a0s'],
  ]);
  expect(reportTables(fixtureReport()).map(({ title }) => title)).not.toContain(
    'What likelihoods cost',
  );
});
