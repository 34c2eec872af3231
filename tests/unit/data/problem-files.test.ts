/** Problem files: what is recognised, and what is refused with which sentence. */

import { describe, expect, test } from 'vitest';
import { readProblemFiles } from '../../../src/data/problem-files';

const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
const gsm8k = (question: string) => ({ question, answer: 'a <<1+1=2>>2\n#### 2' });

describe('readProblemFiles', () => {
  test('GSM8K by its annotations and file names; the test file stays test', () => {
    const read = readProblemFiles([
      { name: 'gsm8k_Train.jsonl', text: lines(gsm8k('A?'), gsm8k('B?'), gsm8k('T?')) },
      { name: 'test.jsonl', text: lines(gsm8k('T?')) },
    ]);
    expect(read.problems.map(({ id }) => id)).toEqual(['gsm8k-train-1', 'gsm8k-train-2']);
    expect(read.officialTest?.map(({ id, source }) => [id, source])).toEqual([
      ['gsm8k-test-1', 'gsm8k'],
    ]);
    expect(read.dropped).toEqual({ 'duplicate of a test question': 1 });
    expect(read.droppedRecords[0]).toMatchObject({ file: 'gsm8k_Train.jsonl', line: 3 });
    expect(read.message).toBe(
      'GSM8K problems: 2 problems for train and validation, 1 in the test set. Dropped: 1 duplicate of a test question.',
    );
  });

  test('a file of one\u2019s own, with and without rationales', () => {
    const read = readProblemFiles([
      {
        name: 'latest.jsonl',
        text: lines(
          { question: 'A?', answer: 5 },
          { question: 'B?', answer: '-1,000' },
          { question: 'C?', answer: 'one\ntwo\n#### 3', note: 'kept out' },
          { question: 'D?', answer: 'unclear' },
        ),
      },
    ]);
    expect(read.problems.map(({ id, goldRationale }) => [id, goldRationale])).toEqual([
      ['own-1-1', '#### 5'],
      ['own-1-2', '#### -1000'],
      ['own-1-3', 'one | two | #### 3'],
    ]);
    expect(read.officialTest).toBeNull();
    expect(read.message).toBe(
      'Own problems: 3 problems, from which train, validation and test are drawn. Dropped: 1 final answer is not a number.',
    );
  });

  test('several own files keep ids apart and drop what they share', () => {
    const text = lines({ question: 'A?', answer: 1 });
    const read = readProblemFiles([
      { name: 'a.jsonl', text },
      { name: 'b.jsonl', text: `${text}\n${lines({ question: 'B?', answer: 1 })}` },
    ]);
    expect(read.problems.map(({ id }) => id)).toEqual(['own-1-1', 'own-2-2']);
    expect(read.dropped).toEqual({ 'duplicate question': 1 });
  });

  const good = lines(gsm8k('A?'));
  test.each([
    ['no file', [], /Choose one to 16 files; 0 were given/],
    ['too many', Array(17).fill({ name: 'a', text: good }), /17 were given/],
    [
      'an empty file',
      [{ name: 'a.jsonl', text: ' \n ' }],
      /a\.jsonl is not a file of problems: it is empty/,
    ],
    [
      'prose',
      [{ name: 'a.txt', text: 'Dear all,\nhello' }],
      /Which column of a\.txt holds the question/,
    ],
    ['another table', [{ name: 'a.jsonl', text: '{"text":"x"}' }], /It has "text"/],
    ['a letter', [{ name: 'a.txt', text: 'Dear all\nhello' }], /found one column \("Dear all"\)/],
    ['a picture', [{ name: 'a.csv', text: 'PNG\0,' }], /a\.csv is not a text file/],
    ['two of one name', Array(2).fill({ name: 'a', text: good }), /Two files are called a/],
    [
      'a JSON array',
      [{ name: 'a.json', text: JSON.stringify([gsm8k('A?')]) }],
      /Expected JSON Lines/,
    ],
    ['a null', [{ name: 'a.jsonl', text: 'null' }], /not a question with an answer/],
    ['a test file alone', [{ name: 'test.jsonl', text: good }], /no usable problem to train on/],
    [
      'train that is all in test',
      [
        { name: 'train.jsonl', text: good },
        { name: 'test.jsonl', text: good },
      ],
      /train on\. Dropped: 1 duplicate of a test question/,
    ],
    [
      'two train files of GSM8K',
      [
        { name: 'train.jsonl', text: good },
        { name: 'train (1).jsonl', text: good },
      ],
      /train\.jsonl and train \(1\)\.jsonl are both GSM8K's train file/,
    ],
    [
      'nothing usable',
      [{ name: 'a.jsonl', text: lines({ question: '', answer: 1 }) }],
      /Dropped: 1 empty question/,
    ],
  ])('%s is refused', (_name, files, sentence) => {
    expect(() => readProblemFiles(files)).toThrow(sentence);
  });
});
