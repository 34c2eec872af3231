/** Own problems in the page: files are read as the worker reads them, shown, mapped, and refused before anything starts. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { WorkerClient } from '../../../src/worker/client';
import { mountPage } from '../../../src/ui/page';
import { ScriptedWorker } from './scripted-worker';

const NAMES = ['Ann', 'Bea', 'Carl', 'Dora'];

/** A table as a spreadsheet of another language writes it: other names, semicolons, line ends in fields. */
function oddTable(): string {
  const rows = Array.from({ length: 20 }, (_, index) => {
    const name = NAMES[index % 4] ?? '';
    const sum = index + 5;
    return `"${name} has ${index + 3} apples; and buys 2 more.\nHow many is that?";"${name} has <<${index + 3}+2=${sum}>>${sum}\nThat is all";${sum}`;
  });
  return ['Aufgabe;Rechenweg;Ergebnis', ...rows].join('\r\n');
}

async function open(): Promise<ScriptedWorker> {
  window.history.replaceState(null, '', window.location.pathname);
  const worker = new ScriptedWorker();
  await mountPage(new WorkerClient(worker));
  return worker;
}

function drop(...files: readonly [name: string, text: string][]): DragEvent {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event;
}

function asked(worker: ScriptedWorker, request: string) {
  return worker.requests.filter((message) => message.request === request);
}

const start = () => page.getByRole('button', { name: 'Start this study' });
const column = (field: string) => page.getByRole('combobox', { name: field });

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

describe('a table with odd names', () => {
  it('is mapped, shown with its dropped rows and splits, and studied as mapped', async () => {
    const worker = await open();
    await page.getByRole('radio', { name: /smoke/i }).click();
    const text = `${oddTable()}\r\n"cut";5\r\nHow "many"?;x;5\r\nNo number?;;many\r\nTwo?;a #### 3;2`;
    expect(drop(['Aufgaben.csv', text]).defaultPrevented).toBe(true);

    const missing = 'Which column of Aufgaben.csv holds the question and the answer?';
    await expect.element(page.getByText(missing, { exact: false })).toBeVisible();
    await expect.element(start()).toBeDisabled();
    await column('Question').selectOptions('Aufgabe');
    await expect.element(page.getByText(/holds the answer\?/)).toBeVisible();
    await column('Answer').selectOptions('Rechenweg');
    await expect.element(page.getByText(/1 problems cannot be divided/)).toBeVisible();
    await expect.element(start()).toBeDisabled();
    await column('Answer').selectOptions('Ergebnis');
    await expect.element(page.getByText(/Own problems: 21 problems/)).toBeVisible();
    await column('Rationale').selectOptions('Rechenweg');
    await expect.element(page.getByText(/Own problems: 20 problems/)).toBeVisible();

    const first = page.getByRole('article', { name: 'Line 2 of Aufgaben.csv' });
    await expect.element(first).toHaveTextContent(/Line 2, difficulty 2/);
    await expect.element(first).toHaveTextContent('Ann has 3 apples; and buys 2 more. How many');
    await expect.element(first.getByText('3+2=5')).toBeVisible();
    await expect.element(first.getByText('That is all')).toBeVisible();
    await expect.element(first).toHaveTextContent(/Answer: 5/);

    const dropped = page.getByRole('list', { name: 'Dropped rows' });
    await expect.element(page.getByText('4 dropped rows')).toBeVisible();
    await expect.element(dropped).toHaveTextContent(/Line 62: wrong number of fields/);
    await expect.element(dropped).toHaveTextContent(/Line 63: malformed row/);
    await expect.element(dropped).toHaveTextContent(/Line 64: final answer is not a number. many/);
    await expect.element(dropped).toHaveTextContent(/Line 65: rationale and answer disagree/);
    await expect.element(page.getByRole('row', { name: 'All 8 4 4' })).toBeVisible();
    expect(asked(worker, 'startStudy')).toEqual([]);

    await start().click();
    await expect.poll(() => asked(worker, 'startStudy').length).toBe(1);
    expect(asked(worker, 'startStudy')).toMatchObject([
      {
        parameters: {
          configuration: { data: { source: 'files' } },
          files: [
            {
              name: 'Aufgaben.csv',
              layout: {
                format: 'csv',
                delimiter: ';',
                header: true,
                columns: { question: 'Aufgabe', answer: 'Ergebnis', rationale: 'Rechenweg' },
              },
            },
          ],
        },
      },
    ]);
  });

  it('can do without a header, and be separated otherwise, by keyboard', async () => {
    await open();
    drop(['a.txt', 'What is 1 plus 1?;2\nWhat is 2 plus 2?;4\n']);
    const header = page.getByRole('checkbox', { name: 'The first row names the columns' });
    await expect.element(header).not.toBeChecked();
    await expect.element(column('Question')).toHaveValue('1');
    await expect.element(page.getByText(/Own problems: 2 problems/)).toBeVisible();
    (header.element() as HTMLElement).focus();
    await userEvent.keyboard(' ');
    await expect.element(page.getByText(/Which column of a\.txt/)).toBeVisible();
    await userEvent.keyboard(' ');
    await expect.element(page.getByText(/Own problems: 2 problems/)).toBeVisible();
    await column('Separated by').selectOptions('tab');
    await expect.element(page.getByText(/holds the question and the answer/)).toBeVisible();
    await column('Separated by').selectOptions('semicolon');
    await expect.element(page.getByText(/Own problems: 2 problems/)).toBeVisible();
    // Two problems cannot be split in three.
    await expect.element(page.getByText(/2 problems cannot be divided/)).toBeVisible();
    await expect.element(start()).toBeDisabled();
    await page.getByRole('button', { name: 'Do not use them' }).click();
    await expect.element(start()).toBeEnabled();
  });
});

describe('dropped files', () => {
  const gsm8k = (index: number) =>
    JSON.stringify({
      question: `Ann has ${index} pens and buys 2. How many has she?`,
      answer: `She has ${index}+2 = <<${index}+2=${index + 2}>>${index + 2} pens.\n#### ${index + 2}`,
    });
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => gsm8k(from + index)).join('\n');

  it('that are GSM8K’s need no mapping, keep their test, and lose what leaks', async () => {
    const worker = await open();
    await page.getByRole('radio', { name: /smoke/i }).click();
    drop(['train.jsonl', lines(0, 30)], ['test.jsonl', lines(28, 10)]);
    await expect
      .element(page.getByText(/28 problems for train and validation, 10 in the test set/))
      .toBeVisible();
    const dropped = page.getByRole('list', { name: 'Dropped rows' });
    await expect
      .element(dropped)
      .toHaveTextContent(/Line 30 of train.jsonl: duplicate of a test question/);
    await expect.element(page.getByText(/these problems stay test/)).toBeVisible();
    await start().click();
    await expect.poll(() => asked(worker, 'startStudy').length).toBe(1);
    expect(asked(worker, 'startStudy')).toMatchObject([
      { parameters: { files: [{ name: 'train.jsonl' }, { name: 'test.jsonl' }] } },
    ]);
  });

  it('that are no problems are refused with what was expected and found', async () => {
    const worker = await open();
    drop(['notes.txt', 'Dear all\nhello']);
    await expect
      .element(page.getByText(/expected a table with a question and an answer.* found one column/))
      .toBeVisible();
    expect(asked(worker, 'startStudy')).toEqual([]);
  });

  it('with more bad rows than are listed say how many more there are', async () => {
    await open();
    drop(['own.jsonl', `${lines(0, 300)}\n${'{"question":"Why?","answer":"so"}\n'.repeat(250)}`]);
    await expect.element(page.getByText('250 dropped rows')).toBeVisible();
    await expect.element(page.getByText('and 50 more', { exact: true })).toBeInTheDocument();
  });

  it('fit a phone', async () => {
    await page.viewport(360, 800);
    await open();
    drop(['Aufgaben.csv', `${oddTable()}\n${'x'.repeat(300)};;`]);
    await expect.element(column('Separated by')).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  });
});
