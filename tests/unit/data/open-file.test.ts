/** Opening files: formats and columns guessed, layouts obeyed, and what cannot be read said with its line. */

import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import {
  guessColumns,
  looksLikeHeader,
  nameColumns,
  requestedLayoutSchema,
} from '../../../src/data/file-layout';
import { openProblemFile } from '../../../src/data/open-file';

const columns = (
  question: string | null,
  answer: string | null,
  rationale: string | null = null,
) => ({
  question,
  answer,
  rationale,
});

describe('columns are guessed by their names', () => {
  test.each([
    [['question', 'answer'], columns('question', 'answer')],
    [['id', 'Problem', 'Final Answer', 'Solution'], columns('Problem', 'Final Answer', 'Solution')],
    [['PROMPT', 'final_answer', 'explanation'], columns('PROMPT', 'final_answer', 'explanation')],
    [['question', 'rationale', 'answer'], columns('question', 'answer', 'rationale')],
    [['problem', 'solution'], columns('problem', 'solution')],
    [['input', 'question', 'output', 'answer'], columns('question', 'answer')],
    [['Aufgabe', 'Ergebnis'], columns(null, null)],
    [['question'], columns('question', null)],
    [['1', '2', '3'], columns('1', '2')],
    [[], columns(null, null)],
  ])('%j', (names, expected) => {
    expect(guessColumns(names)).toEqual(expected);
  });

  test.each([
    [['Question', 'x'], true],
    [['Aufgabe', 'Ergebnis'], true],
    [['What is 1 plus 1?', '2'], false],
    [['How many?', 'a\n#### 5'], false],
    [['question', '2'], true],
    [['a'.repeat(61), 'b'], false],
  ])('%j is a header: %s', (row, expected) => {
    expect(looksLikeHeader(row)).toBe(expected);
  });

  test('columns of one name, of none and of a very long one can be told apart', () => {
    expect(nameColumns(['a', 'a', '', ' a ', '', 'a (2)'])).toEqual([
      'a',
      'a (2)',
      'column 3',
      'a (3)',
      'column 5',
      'a (2) (2)',
    ]);
    const [first = '', second = ''] = nameColumns(['x'.repeat(500), 'x'.repeat(500)]);
    expect(first).not.toBe(second);
    expect(Math.max(first.length, second.length)).toBeLessThanOrEqual(200);
  });
});

describe('openProblemFile', () => {
  test('reads CSV by its header, with lines, odd rows and a rationale', () => {
    const text = 'Problem;Answer;Solution\n"A\nB";5;x\nC;6\n\nD;7;"y"z\nE;8;\n';
    expect(openProblemFile({ name: 'a.csv', text })).toEqual({
      name: 'a.csv',
      layout: {
        format: 'csv',
        delimiter: ';',
        header: true,
        columns: columns('Problem', 'Answer', 'Solution'),
      },
      columns: ['Problem', 'Answer', 'Solution'],
      rows: 4,
      records: [
        { line: 2, question: 'A\nB', answer: '5', rationale: 'x' },
        { line: 7, question: 'E', answer: '8', rationale: '' },
      ],
      dropped: [
        expect.objectContaining({ line: 6, reason: 'malformed row' }),
        {
          file: 'a.csv',
          line: 4,
          reason: 'wrong number of fields',
          detail: 'Expected 3 fields, found 2.',
        },
      ],
      problem: '',
    });
  });

  test('reads CSV without a header, and by another layout when told so', () => {
    const file = { name: 'a.txt', text: 'Q1?\t1\nQ2?\t2' };
    const { layout, records } = openProblemFile(file);
    expect(layout).toMatchObject({ delimiter: '\t', header: false, columns: columns('1', '2') });
    expect(records.map(({ line, answer }) => [line, answer])).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
    const headed = openProblemFile({
      ...file,
      layout: { ...layout, header: true, columns: null } as never,
    });
    expect(headed).toMatchObject({ columns: ['Q1?', '1'], records: [], rows: 1 });
    expect(headed.problem).toBe(
      'Which column of a.txt holds the question and the answer? It has "Q1?", "1".',
    );
  });

  test('reads JSON Lines by its keys, numbers as answers, nothing as no rationale', () => {
    const text = [
      '{"id":1,"problem":"A?","final_answer":5,"explanation":"x"}',
      '{"problem":"B?","final_answer":"6"}',
      '{"problem":"C?","final_answer":[7]}',
      '{"problem":8,"final_answer":8,"explanation":null}',
      '{"__proto__":{"problem":"P?"},"final_answer":9}',
    ].join('\n');
    const opened = openProblemFile({ name: 'a', text });
    expect(opened.layout).toEqual({
      format: 'json-lines',
      columns: columns('problem', 'final_answer', 'explanation'),
    });
    expect(opened.records).toEqual([
      { line: 1, question: 'A?', answer: '5', rationale: 'x' },
      { line: 2, question: 'B?', answer: '6', rationale: '' },
    ]);
    expect(opened.dropped.map(({ line, detail }) => [line, detail])).toEqual([
      [3, 'At final_answer: expected a text, found a list.'],
      [4, 'At problem: expected a text, found a number.'],
      [5, 'At problem: expected a text, found nothing.'],
    ]);
  });

  const csv = { name: 'a.csv', text: 'q,a\n1,2' };
  const layout = { format: 'csv', delimiter: ',', header: true } as const;
  test.each([
    [
      'a column it has not',
      { ...csv, layout: { ...layout, columns: columns('q', 'b') } },
      'a.csv has no column "b". It has "q", "a". Choose among these.',
    ],
    [
      'one column twice',
      { ...csv, layout: { ...layout, columns: columns('q', 'q') } },
      /column "q" of a\.csv is chosen twice/,
    ],
    [
      'a key it has not',
      {
        name: 'a.jsonl',
        text: '{"q":1}',
        layout: { format: 'json-lines', columns: columns('q', 'x') } as const,
      },
      /has no column "x"/,
    ],
    ['an empty table', { name: 'a.csv', text: '\n' }, /found no row/],
    ['one column', { name: 'a.csv', text: 'a\nb' }, /found one column \("a"\)/],
    ['zero bytes', { name: 'a.jsonl', text: '{}\0' }, /holds zero bytes/],
  ])('%s is refused', (_name, file, sentence) => {
    expect(() => openProblemFile(file)).toThrow(sentence);
  });

  test.each([
    [{ format: 'xml', columns: null }],
    [{ format: 'csv', delimiter: '|', header: true, columns: null }],
    [{ format: 'csv', delimiter: ',', header: 1, columns: null }],
    [{ format: 'json-lines', columns: columns('a'.repeat(201), 'b') }],
    [{ format: 'json-lines', columns: { question: 'a', answer: 'b' } }],
    [{ format: 'json-lines', columns: null, header: true }],
  ])('%j is no layout', (value) => {
    expect(v.is(requestedLayoutSchema, value)).toBe(false);
  });
});
