/** Inspection: what is shown of files before a study starts is what the study then takes. */

import { describe, expect, test } from 'vitest';
import { inspectProblemFiles } from '../../../src/data/file-inspection';
import { readProblemFiles } from '../../../src/data/problem-files';
import { countDifficulties, countSplits, splitProblems } from '../../../src/data/splits';
import { processorSeconds } from '../feedback/processor-time';

const JOSIE =
  'received $50 as a gift. She plans to buy two tapes that cost $9 each and a headphone set that costs $25. How much money will she have left?';
const row = (question: string, answer: number, ...steps: string[]) =>
  `"${question}",${answer},"${steps.join('\n')}"`;

function table(count: number): string {
  const rows = Array.from({ length: count }, (_, index) =>
    row(
      `Ann has ${index} pens and buys 2. How many?`,
      index + 2,
      ...Array.from({ length: index % 3 }, () => `[${index}+2=${index + 2}]`),
    ),
  );
  return ['question,answer,rationale', ...rows].join('\n');
}

describe('inspectProblemFiles', () => {
  test('shows the first problems, every dropped row by line, and what splits are drawn from', () => {
    const text = [
      table(9),
      row(`Josie ${JOSIE}`, 7, 'a | [50-43=7]'),
      row(`Amanda ${JOSIE}`, 7),
      row(`Amanda ${JOSIE.replace('$50', '$60')}`, 17),
      row('Bea has no number?', 7, '[2+3=5]', '#### 8'),
    ].join('\n');
    const inspection = inspectProblemFiles([
      { name: 'own.csv', text },
      { name: 'own-test.csv', text: `question,answer\n"Ann has 0 pens and buys 2, how many",2` },
    ]);
    expect(inspection.obstacle).toBe('');
    expect(inspection.files.map(({ name, isTest, rows }) => [name, isTest, rows])).toEqual([
      ['own.csv', false, 13],
      ['own-test.csv', true, 1],
    ]);
    expect(inspection.dropped).toEqual({
      'rationale and answer disagree': 1,
      'duplicate of a test question': 1,
      'near-duplicate question': 1,
    });
    const { length } = text.split('\n');
    expect(inspection.droppedRecords.map(({ line, detail }) => [line, detail])).toEqual([
      [2, 'The same question is on line 2 of own-test.csv.'],
      [
        expect.any(Number),
        expect.stringMatching(/^9\d % of its 8-word phrases, and its numbers, are on line/),
      ],
      [length - 1, 'The rationale ends in #### 8, the answer is 7.'],
    ]);
    expect(inspection.variants).toBe(1);
    expect(inspection.problems).toEqual({ 0: 3, 1: 3, 2: 4 });
    expect(inspection.officialTest).toEqual({ 0: 1 });
    expect(
      inspection.preview.map(({ file, line, problem }) => [file, line, problem.goldRationale]),
    ).toEqual([
      ['own.csv', 3, '[1+2=3] | #### 3'],
      ['own.csv', 4, '[2+2=4] | [2+2=4] | #### 4'],
      ['own.csv', 6, '#### 5'],
      ['own-test.csv', 2, '#### 2'],
    ]);
  });

  test('counts the splits that the study then draws', () => {
    const files = [{ name: 'own.csv', text: table(100) }];
    const sizes = { train: 50, validation: 11, test: 20 };
    const { problems, officialTest } = inspectProblemFiles(files);
    const counts = countSplits(problems, sizes, officialTest);
    const read = readProblemFiles(files);
    for (const seed of [1, 2]) {
      const splits = splitProblems(read.problems, { ...sizes, seed }, read.officialTest);
      for (const split of ['train', 'validation', 'test'] as const) {
        const drawn = Object.entries(countDifficulties(splits[split]));
        expect(drawn).toEqual(Object.entries(counts[split]).filter(([, count]) => count > 0));
      }
    }
    expect(() => countSplits({ 2: 2 }, sizes)).toThrow(/2 problems cannot be divided/);
  });

  test('settled layouts read the files in the same way, whatever would be guessed', () => {
    const layout = {
      format: 'csv',
      delimiter: ',',
      header: true,
      columns: { question: 'question', answer: 'answer', rationale: null },
    } as const;
    const files = [{ name: 'own.csv', text: table(5), layout }];
    const read = readProblemFiles(files);
    expect(read.problems.every(({ difficulty }) => difficulty === 0)).toBe(true);
    expect(read.settledFiles).toEqual(files);
    const guessed = readProblemFiles([{ name: 'own.csv', text: table(5) }]);
    expect(guessed.settledFiles[0]?.layout?.columns?.rationale).toBe('rationale');
    expect(readProblemFiles(guessed.settledFiles)).toEqual(guessed);
  });

  test('a file that lacks a column comes with its columns and the question to ask', () => {
    const inspection = inspectProblemFiles([{ name: 'a.csv', text: 'Aufgabe,answer\nx,5' }]);
    expect(inspection).toMatchObject({
      obstacle: 'Which column of a.csv holds the question? It has "Aufgabe", "answer".',
      files: [{ columns: ['Aufgabe', 'answer'], rows: 1 }],
      preview: [],
    });
    expect(() => readProblemFiles([{ name: 'a.csv', text: 'Aufgabe,answer\nx,5' }])).toThrow(
      inspection.obstacle,
    );
  });

  test('20,000 rows of one template are read in time', () => {
    const count = 20_000;
    const question = (index: number) =>
      `Shop ${index} sells ${index % 97} pens on day ${index % 89} and ${index % 83} more on the next one, each at ${index % 79} dollars, and pays ${index % 73} dollars for the stand it has rented there. How many dollars are left in the end?`;
    const rows = Array.from({ length: count }, (_, index) => row(question(index), index, 'a'));
    const text = ['question,answer,rationale', ...rows].join('\n');
    let problems = 0;
    const seconds = processorSeconds(() => {
      problems = inspectProblemFiles([{ name: 'own.csv', text }]).problems[1] ?? 0;
    });
    const megabytes = process.memoryUsage().rss / 1e6;
    console.log(
      `${count} rows, ${(text.length / 1e6).toFixed(0)} MB: ${seconds.toFixed(1)} s of processor time, ${megabytes.toFixed(0)} MB in use`,
    );
    expect(problems).toBe(count);
    expect(seconds).toBeLessThan(30);
  });
});
