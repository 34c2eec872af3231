/** The rationales of a study with a scripted worker: thousands of them listed, filtered, stepped through and read. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

const PROBLEM = 'pocket-7-000042';
const LIST = '#study=study-1&view=traces';
const TRACE = `#study=study-1&trace=${PROBLEM}`;

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

const studies = [fixtureSnapshot('end')];
const rows = () => page.getByRole('list', { name: 'Problems' }).getByRole('listitem');

describe('the list', () => {
  it('opens ten thousand traces at once, and has only those in sight', async () => {
    await open({ studies, traces: 10_000 }, LIST);
    await expect.element(page.getByText('10,000 problems', { exact: true })).toBeVisible();
    // Opened again, so that the time is the page's and not the fixtures'.
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect.element(page.getByRole('heading', { name: 'Result' })).toBeVisible();
    const started = performance.now();
    window.location.hash = LIST;
    await expect.poll(() => rows().elements().length, { interval: 10 }).toBeGreaterThan(8);
    expect(performance.now() - started).toBeLessThan(1_500);
    expect(rows().elements().length).toBeLessThan(60);
  });

  it('combines conditions and says what each further one would leave', async () => {
    const worker = await open({ studies }, LIST);
    await expect.element(page.getByText('2,400 problems', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Wrong 800' }).click();
    await expect.element(page.getByText('800 of 2,400 problems', { exact: true })).toBeVisible();
    await page.getByLabelText('Taught from').selectOptions('gold (200)');
    await expect.element(page.getByText('200 of 2,400 problems', { exact: true })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Repaired 200' })).toBeVisible();
    expect(asked(worker, 'listTraces').at(-1)).toMatchObject({
      parameters: { filter: { answer: 'wrong', provenance: 'gold' } },
    });
    // Pressed again, a condition is gone, and the other one stays.
    await page.getByRole('button', { name: /^Wrong/ }).click();
    await expect.element(page.getByRole('button', { name: 'Right 0' })).toBeVisible();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.element(page.getByText('2,400 problems', { exact: true })).toBeVisible();
    await expect.element(page.getByLabelText('Taught from')).toHaveValue('');
  });

  it('is in the address, which leads back to it with its problems', async () => {
    const worker = await open({ studies }, `${LIST}&loop=changed&order=hardest`);
    await expect.element(page.getByText('600 of 2,400 problems', { exact: true })).toBeVisible();
    const loop = page.getByLabelText('Between rounds of training, the examination');
    await expect.element(loop).toHaveValue('changed');
    await loop.selectOptions('found none (1,800)');
    await expect.element(page.getByText('1,800 of 2,400 problems', { exact: true })).toBeVisible();
    expect(window.location.hash).toBe(`${LIST}&order=hardest&loop=passed`);
    await rows().first().getByRole('link').click();
    await expect.poll(() => window.location.hash).toMatch(/trace=.*&order=hardest&loop=passed$/);
    await userEvent.keyboard('j');
    await expect.element(page.getByText('2 of 1,800')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => window.location.hash).toBe(`${LIST}&order=hardest&loop=passed`);
    await page.getByLabelText('Search questions and rationales').fill('day 4.');
    await expect.poll(() => window.location.hash).toMatch(/text=day\+4\.$/);
    await expect
      .poll(() => asked(worker, 'listTraces').at(-1))
      .toMatchObject({
        parameters: { filter: { loop: 'passed', text: 'day 4.' }, order: 'hardest' },
      });
  });

  it('sorts, and finds what a student failed', async () => {
    const worker = await open({ studies }, LIST);
    await page.getByLabelText('Sorted').selectOptions('hardest first');
    await expect.element(rows().first().getByText('on day 4.')).toBeVisible();
    await page.getByLabelText('Student that failed').selectOptions('answers only (480)');
    await expect.element(page.getByText('480 of 2,400 problems', { exact: true })).toBeVisible();
    await expect.element(rows().first().getByText('1 student wrong')).toBeVisible();
    expect(asked(worker, 'listTraces').at(-1)).toMatchObject({ parameters: { order: 'hardest' } });
    await page.getByRole('button', { name: 'Save as JSONL' }).click();
    await expect
      .poll(() => asked(worker, 'exportTraces'))
      .toMatchObject([
        { parameters: { filter: { failedRun: 'study-1-answer' }, order: 'hardest' } },
      ]);
  });
});

describe('the keys', () => {
  it('step with J and K inside the filter, but not while someone types', async () => {
    await open({ studies }, TRACE);
    await expect.element(page.getByText('43 of 2,400')).toBeVisible();
    await userEvent.keyboard('j');
    await expect.element(page.getByText('44 of 2,400')).toBeVisible();
    await userEvent.keyboard('kk');
    await expect.element(page.getByText('42 of 2,400')).toBeVisible();
    await userEvent.keyboard('/');
    await userEvent.keyboard('jkj');
    await expect.element(page.getByText('No problem fits these filters.')).toBeVisible();
    expect(window.location.hash).toContain('000041');
  });

  it('point out the next rejected step, over the ends of traces', async () => {
    await open({ studies }, LIST);
    await expect.element(page.getByText('2,400 problems', { exact: true })).toBeVisible();
    await userEvent.keyboard('n');
    await expect.poll(() => window.location.hash).toMatch(/000000&attempt=1&step=2$/);
    const pointed = page.getByRole('link', { name: 'Step 2', exact: true });
    await expect.element(pointed).toHaveAttribute('aria-current', 'true');
    await userEvent.keyboard('n');
    await expect.poll(() => window.location.hash).toMatch(/000001&attempt=1&step=2$/);
  });

  it('are listed in a dialog that keeps them to itself', async () => {
    await open({ studies }, TRACE);
    await expect.element(page.getByText('43 of 2,400')).toBeVisible();
    await userEvent.keyboard('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await expect
      .element(dialog.getByText('the next rejected step', { exact: false }))
      .toBeVisible();
    await userEvent.keyboard('j');
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(page.getByText('43 of 2,400')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => window.location.hash).toBe(LIST);
  });
});

describe('a trace', () => {
  it('shows verdicts in words with their reasons and every check', async () => {
    await open({ studies }, TRACE);
    const trace = page.getByRole('article', { name: /on day 43/ });
    const history = trace.getByRole('list', { name: 'What happened' });
    await expect.element(history.getByText(/answered 15, which is wrong/)).toBeVisible();
    await expect.element(history.getByText(/Attempt 2, as it was written/)).toBeVisible();
    const first = trace.getByRole('article', { name: 'First attempt' });
    await expect.element(first.getByText('Rejected', { exact: true })).toBeVisible();
    await expect.element(first.getByText('Repaired', { exact: true })).toBeVisible();
    await expect.element(first.getByText('Wrong arithmetic.')).toBeVisible();
    await expect.element(first.getByText('18 - 2 is 16, the step says 15.')).toBeVisible();
    await first.getByText('Every check').first().click();
    await expect.element(first.getByRole('row', { name: /Redundant 1.00/ }).first()).toBeVisible();
    await expect.element(trace.getByText('Resampled', { exact: true })).toBeVisible();
  });

  it('draws what a step builds on while it has the focus', async () => {
    await open({ studies }, '#study=study-1&trace=pocket-7-000001&attempt=1&step=3');
    const first = page.getByRole('article', { name: 'First attempt' });
    const step = first.getByRole('link', { name: 'Step 3' });
    await expect.element(step).toHaveAttribute('aria-current', 'true');
    const lines = () => first.element().querySelectorAll('.lines path.source:not(.head)').length;
    expect(lines()).toBe(0);
    step.element().focus();
    await expect.poll(lines).toBe(1);
    await expect.element(first.getByText('Every check, uses step 1').first()).toBeVisible();
  });

  it('shows what was left out as changes, and the author’s solution on demand', async () => {
    await open({ studies }, '#study=study-1&trace=pocket-7-000001');
    const changes = page.getByRole('list', { name: 'Changes to first attempt' });
    await expect.element(changes.getByText('There are also')).toBeVisible();
    await expect.element(changes.getByText('Left out:')).toBeInTheDocument();
    await page.getByRole('button', { name: 'Changes' }).click();
    await expect.element(changes).not.toBeInTheDocument();
    const solution = page.getByText('The author’s solution', { exact: true });
    const isOpen = () => solution.element().closest('details')?.open;
    expect(isOpen()).toBe(false);
    await userEvent.keyboard('g');
    await expect.poll(isOpen).toBe(true);
    await solution.click();
    await expect.poll(isOpen).toBe(false);
  });

  it('sets the students’ answers beside the teacher’s, or says that they were not asked', async () => {
    await open({ studies }, '#study=study-1&trace=pocket-7-000005');
    const beside = page.getByRole('region', { name: 'Students and teacher side by side' });
    const student = beside.getByRole('article', { name: 'Answers only' });
    await expect.element(student.getByText('Answer 7, wrong')).toBeVisible();
    await expect
      .element(beside.getByRole('article', { name: 'Winnowed rationales' }))
      .toBeVisible();
    await expect
      .element(beside.getByRole('article', { name: 'Teacher, first attempt' }))
      .toBeVisible();
    await userEvent.keyboard('j');
    await expect.element(beside.getByText(/asked 480 of the training problems/)).toBeVisible();
  });

  it('takes a verdict by hand, says so and takes it back', async () => {
    const worker = await open({ studies }, '#study=study-1&trace=pocket-7-000001');
    const first = page.getByRole('article', { name: 'First attempt' });
    await first.getByText('Every check').nth(1).click();
    await first.getByRole('button', { name: 'Keep by hand' }).click();
    await expect.element(first.getByText('The checks said: rejected.')).toBeVisible();
    await expect.element(page.getByText('By hand', { exact: true })).toBeVisible();
    expect(asked(worker, 'judgeByHand')).toMatchObject([
      { parameters: { verdict: { sample: 0, step: 1, verdict: 'kept' } } },
    ]);
    await first.getByRole('button', { name: 'Take your verdict back' }).click();
    await expect.element(first.getByText('Rejected', { exact: true })).toBeVisible();
  });
});
