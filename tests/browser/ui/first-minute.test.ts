/** What a visitor can do without training anything: walk through the example, and ask the models of a study. */

import { afterEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { EXAMPLE_ID } from '../../../src/study/example';
import { fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
  localStorage.clear();
});

it('shows around in the example, by keys too, and remembers that it did', async () => {
  await open({ studies: [{ ...fixtureSnapshot('end'), studyId: EXAMPLE_ID }] });
  await page.getByRole('button', { name: 'Show me around' }).click();
  const dialog = page.getByRole('dialog', { name: 'A finished study' });
  await expect.element(dialog).toBeVisible();
  expect(window.location.hash).toBe(`#study=${EXAMPLE_ID}`);
  await expect.element(page.getByText(/the example that ships with the page/)).toBeVisible();
  expect(page.getByRole('heading', { name: 'Try it' }).query()).toBeNull();
  dialog.element().dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
  await expect.element(page.getByRole('dialog', { name: 'Curves and filter' })).toBeVisible();
  await page.getByRole('button', { name: 'Skip the tour' }).click();
  expect(page.getByRole('dialog').query()).toBeNull();
  window.location.hash = '#';
  await expect.element(page.getByRole('button', { name: 'Show me around' })).toBeVisible();
  expect(page.getByRole('button', { name: 'No, thanks' }).query()).toBeNull();
});

it('asks teacher and students in turn and shows their steps as they are judged', async () => {
  const worker = await open({ studies: [fixtureSnapshot('end')] }, '#study=study-1');
  await page.getByLabelText('Question').fill('Ann has 2 pears and buys 3. How many has she?');
  await page.getByRole('checkbox', { name: 'Student before training' }).click();
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const teacher = page.getByRole('article', { name: 'Teacher' });
  await expect.element(teacher.getByText('Arithmetic')).toBeVisible();
  await expect.element(teacher.getByText('Its answer is 6.')).toBeVisible();
  await expect.poll(() => asked(worker, 'askModel').length).toBeGreaterThan(2);
  const subjects = asked(worker, 'askModel').map(({ parameters }) =>
    'subject' in parameters ? parameters.subject : '',
  );
  expect(subjects[0]).toBe('teacher');
  expect(subjects).not.toContain('student');
});
