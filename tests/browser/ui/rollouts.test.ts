/** Rollouts in the page: the budget that a visitor sets, what they say of a step, and what they took. */

import { afterEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { RolloutSummary } from '../../../src/study/rollout-summary';
import '../../../src/ui/elements/feedback-summary';
import '../../../src/ui/elements/judged-step';
import '../../../src/ui/elements/rollout-list';
import { reportTables } from '../../../src/ui/report/report-tables';
import { fixtureReport, fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

const rollouts: RolloutSummary = {
  refusal: '',
  taking: { sequences: 900, tokens: 18_000, seconds: 4.5 },
  problems: 1500,
  rationales: 75,
  acquitted: 21,
  blamed: 34,
  continued: 43,
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
  await page.getByLabelText('Rollouts at most').fill('5000');
  await userEvent.tab();
  await page.getByLabelText('Continuations a place').fill('6');
  await page.getByRole('button', { name: 'Start this study' }).click();
  await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
  expect(asked(worker, 'startStudy')).toMatchObject([
    { parameters: { configuration: { feedback: { rollouts: 5000, rolloutContinuations: 6 } } } },
  ]);
});

it('offers none where the teacher cannot go on, and says why', async () => {
  await open({}, '#setup=article');
  await page.getByText('Feedback', { exact: true }).first().click();
  await expect.element(page.getByLabelText('Rollouts at most')).toBeDisabled();
  await expect.element(page.getByLabelText('Rollouts at most')).toHaveValue('0');
  await expect.element(page.getByText(/there are no rollouts/)).toBeVisible();
});

it('says of a step what the teacher reaches from behind it, and shows the continuations', async () => {
  const step = { text: 'a step', reason: null, message: '', outcomes: [], dependsOn: [] };
  show('winnow-judged-step', {
    index: 0,
    step: { ...step, verdict: 'kept' },
    rollouts: { before: null, behind: { steps: 1, right: 3, of: 4 }, vouched: true },
  });
  await expect
    .element(page.getByText(/goes on from behind step 1, .* right answer 3 of 4 times/))
    .toBeVisible();
  show('winnow-judged-step', {
    index: 1,
    step: { ...step, verdict: 'rejected', reason: 'contradicts-gold', message: 'The reason.' },
    rollouts: {
      before: { steps: 1, right: 3, of: 4 },
      behind: { steps: 2, right: 0, of: 4 },
      vouched: false,
    },
  });
  await expect.element(page.getByText('The reason.')).toBeVisible();
  expect(page.getByText(/from behind it, never/).elements()).toEqual([]);
  show('winnow-rollout-list', {
    places: [
      {
        steps: 1,
        rollouts: [
          { text: 'first [1+1=2] | then [2+2=4] | #### 4', tokens: 9, right: true, buildsOn: [0] },
          { text: 'first [1+1=2] | then [2+3=5] | #### 5', tokens: 9, right: false, buildsOn: [] },
        ],
      },
    ],
  });
  await page.getByText(/^Rollouts:/).click();
  await expect.element(page.getByText('From behind step 1: 1 of 2 right')).toBeVisible();
  await expect.element(page.getByText(/Wrong:[^]*then[^]*5/)).toBeVisible();
});

it('says in the summary and in the report what they decided and took', async () => {
  show('winnow-feedback-summary', { snapshot: { ...fixtureSnapshot('end'), rollouts } });
  await expect.element(page.getByText(/went on from: 75\.[^]*answer: 34\./)).toBeVisible();
  await expect.element(page.getByText(/A thousand problems take 600 continuations/)).toBeVisible();
  const table = reportTables({ ...fixtureReport(), rollouts }).find(
    ({ title }) => title === 'What rollouts cost',
  );
  expect(table?.groups[0]?.rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
    ['900', '18,000', '5\u00a0s'],
    ['600', '12,000', '3\u00a0s'],
  ]);
  expect(reportTables(fixtureReport()).map(({ title }) => title)).not.toContain(
    'What rollouts cost',
  );
});
