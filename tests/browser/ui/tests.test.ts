/** The test problems of a study: who solved which, conditions, and one of them side by side. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { fixtureSnapshot } from './fixture-study';
import { open } from './opened-page';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

describe('the test answers of a study', () => {
  it('are listed with marks, filtered, and opened side by side', async () => {
    await open({ studies: [fixtureSnapshot('end')] }, '#study=study-1');
    await page.getByRole('link', { name: 'Test answers' }).click();
    await expect.element(page.getByText('120 of 120 test problems')).toBeVisible();
    const row = (name: RegExp) => page.getByRole('row', { name });
    await expect.element(row(/^Ben has 1 boxes/)).toHaveTextContent(/right wrong wrong right/);
    expect(row(/^Ben has/).elements()).toHaveLength(50);
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    expect(row(/^Ben has/).elements()).toHaveLength(100);

    await page.getByLabelText('Wrong was').selectOptions('Unfiltered rationales');
    await expect.element(page.getByText('60 of 120 test problems')).toBeVisible();
    await page.getByLabelText('The students').selectOptions('are all right');
    await expect.element(page.getByText('0 of 120 test problems')).toBeVisible();
    await page.getByLabelText('The students').selectOptions('disagree');
    await page.getByLabelText('Search questions').fill('has 7 ');
    await page.getByRole('link', { name: /^Ben has 7 boxes/ }).click();
    await expect
      .element(page.getByRole('article', { name: 'Winnowed rationales' }))
      .toHaveTextContent(/Answer 23, right/);
    await expect
      .element(page.getByRole('article', { name: 'Answers only' }))
      .toHaveTextContent(/Answer 1, wrong/);
    expect(window.location.hash).toBe('#study=study-1&view=tests&problem=pocket-7-test-7');
  });

  it('do not scroll the page sideways at 360 pixels', async () => {
    await page.viewport(360, 800);
    await open(
      { studies: [fixtureSnapshot('end')] },
      '#study=study-1&view=tests&problem=pocket-7-test-3',
    );
    await expect.element(page.getByText('120 of 120 test problems')).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  });
});
