/** GSM8K's format, and all 8,792 problems of the data set, every one accounted for. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { MAXIMUM_FIELD_LENGTH } from '../../../src/data/file-limits';
import { parseGsm8k } from '../../../src/data/gsm8k';
import { readJsonLines } from '../../../src/data/json-lines';
import { openProblemFile } from '../../../src/data/open-file';
import { readProblemFiles, type ReadProblemFiles } from '../../../src/data/problem-files';
import type { Problem } from '../../../src/data/problem';
import { splitProblems } from '../../../src/data/splits';
import { parseRationale } from '../../../src/text/grammar';
import { rationaleFromGsm8k, rationaleToGsm8k } from '../../../src/text/gsm8k-rationale';
import { assertSurvivesTokenizer } from '../../../src/text/survival';
import { createTokenizer } from '../../../src/text/tokenizer';
import { dataPath, hasData, readData } from '../text/data-folder';

describe('parseGsm8k', () => {
  const line = (value: unknown) => JSON.stringify(value);
  test('gives problems numbered by line, and every other line a reason', () => {
    const good = { question: 'How many?', answer: '<<1+1=2>>2\n#### 2' };
    const text = [
      `\uFEFF${line(good)}`,
      '',
      '{"question": "cut',
      line({ question: 'No answer' }),
      line([good]),
      line({ question: 5, answer: '#### 5' }),
      line({ ...good, answer: 'no mark' }),
      `{"question":"Q3","answer":"#### 3","__proto__":{"answer":"#### 9"}}`,
      line({ question: 'a'.repeat(MAXIMUM_FIELD_LENGTH), answer: '#### 1' }),
      line(good),
    ].join('\r\n');
    const { problems, dropped } = parseGsm8k(text, 'train');
    expect(problems.map(({ id, goldAnswer }) => [id, goldAnswer])).toEqual([
      ['gsm8k-train-1', '2'],
      ['gsm8k-train-8', '3'],
    ]);
    expect(problems[0]).toMatchObject({ source: 'gsm8k', goldRationale: '[1+1=2]2 | #### 2' });
    expect(dropped.map(({ line: at, reason }) => [at, reason])).toEqual([
      [3, 'not JSON'],
      [4, 'not a question with an answer'],
      [5, 'not a question with an answer'],
      [6, 'not a question with an answer'],
      [9, 'line too long'],
      [7, 'no final answer (####)'],
      [10, 'duplicate question'],
    ]);
    expect(dropped.every(({ file, detail }) => file === 'train.jsonl' && detail !== '')).toBe(true);
  });

  test('deeply nested JSON and many empty lines do no harm', () => {
    const { lines, dropped } = readJsonLines(`${'['.repeat(90_000)}${'\n'.repeat(5_000)}`, 'f');
    expect(lines).toEqual([]);
    expect(dropped.map(({ reason }) => reason)).toEqual(['not JSON']);
  });

  test('too many lines are refused with what to do', () => {
    expect(() => readJsonLines('\n'.repeat(100_001), 'f.jsonl')).toThrow(
      'f.jsonl has more than 100000 lines. Split the file.',
    );
  });
});

describe.skipIf(!hasData('gsm8k'))('all of GSM8K', () => {
  let texts: { name: string; text: string }[];
  let read: ReadProblemFiles;
  /** Every problem as written, the one that is written twice included. */
  let all: Problem[];
  let answerFields: string[];

  beforeAll(() => {
    texts = ['train', 'test'].map((name) => ({
      name: `${name}.jsonl`,
      text: readData(`gsm8k/${name}.jsonl`),
    }));
    read = readProblemFiles(texts);
    all = (['train', 'test'] as const).flatMap((split, index) => [
      ...parseGsm8k(texts[index]?.text ?? '', split).problems,
    ]);
    answerFields = texts.flatMap((file) =>
      openProblemFile(file).records.map(({ answer }) => answer),
    );
  }, 120_000);

  test('8,792 problems: every one is read, none leaks from test, one is written twice', () => {
    const { problems, officialTest, dropped, droppedRecords, message } = read;
    console.log(message, droppedRecords);
    expect(problems).toHaveLength(7_472);
    expect(officialTest).toHaveLength(1_319);
    expect(dropped).toEqual({ 'near-duplicate question': 1 });
    // Josie and Amanda get the same gift and buy the same things.
    expect(droppedRecords).toEqual([
      {
        file: 'train.jsonl',
        line: 6_692,
        reason: 'near-duplicate question',
        detail: '95 % of its 8-word phrases, and its numbers, are on line 2484 of train.jsonl.',
      },
    ]);
    expect(message).toBe(
      'GSM8K problems: 7472 problems for train and validation, 1319 in the test set. Dropped: 1 near-duplicate question.',
    );
    const used = [...problems, ...(officialTest ?? [])];
    expect(new Set(used.map(({ id }) => id)).size).toBe(8_791);
    expect(used.every(({ source }) => source === 'gsm8k')).toBe(true);
    const train = parseGsm8k(texts[0]?.text ?? '', 'train');
    expect(train.dropped).toEqual([]);
    expect(train.problems.filter(({ id }) => id !== 'gsm8k-train-6692')).toEqual(problems);
  });

  test('difficulty is the number of steps', () => {
    const counts: Record<string, number> = {};
    for (const { difficulty } of all.slice(0, 7_473)) {
      counts[difficulty] = (counts[difficulty] ?? 0) + 1;
    }
    console.log('train problems by number of steps', counts);
    expect(counts).toEqual({
      2: 1961,
      3: 2149,
      4: 1659,
      5: 955,
      6: 419,
      7: 227,
      8: 90,
      9: 13,
    });
  });

  test('no step is malformed, every annotation is an equation, every answer is read back', () => {
    let equations = 0;
    const wrong: string[] = [];
    for (const problem of all) {
      const { steps, answer } = parseRationale(problem.goldRationale);
      equations += steps.filter(({ equation }) => equation !== null).length;
      const sound = answer === problem.goldAnswer && steps.every((step) => step.malformed === null);
      const plain = /^[ -~]*$/.test(problem.question + problem.goldRationale);
      if (!sound || !plain) wrong.push(problem.id);
    }
    expect(wrong).toEqual([]);
    const annotations = answerFields.reduce((sum, field) => sum + field.split('<<').length - 1, 0);
    console.log(`${equations} equations of ${annotations} annotations`);
    expect(equations).toBe(annotations);
  });

  test('the mapping gives every answer field back but for three named reasons', () => {
    const counts = { exact: 0, 'answer rewritten': 0, 'empty lines': 0, 'own brackets': 0 };
    const different: string[] = [];
    for (const field of answerFields) {
      const back = rationaleToGsm8k(rationaleFromGsm8k(field).rationale);
      // What the documented replacements make of the field; nothing else may differ.
      const lines = field.split('\n').filter((text) => text.trim() !== '');
      const answer = lines.pop()?.replaceAll(',', '') ?? '';
      const expected = [...lines.map(roundBrackets), answer].join('\n');
      if (back !== expected) different.push(field);
      if (back === field) counts.exact++;
      if (/####.*,/.test(field)) counts['answer rewritten']++;
      if (/\n\s*\n/.test(field)) counts['empty lines']++;
      if (/[[\]]/.test(field)) counts['own brackets']++;
    }
    console.log('GSM8K round trip', counts);
    expect(different).toEqual([]);
    expect(counts).toEqual({
      exact: 8_690,
      'answer rewritten': 93,
      'empty lines': 6,
      'own brackets': 3,
    });
  });

  test('splits keep the official test and the mix of difficulties', () => {
    const splits = splitProblems(
      read.problems,
      { train: 120, validation: 40, test: 40, seed: 1 },
      read.officialTest,
    );
    expect(splits.test.every(({ id }) => id.startsWith('gsm8k-test-'))).toBe(true);
    expect([...splits.train, ...splits.validation].every(({ id }) => id.includes('train'))).toBe(
      true,
    );
    const share = (list: readonly { difficulty: number }[]) =>
      list.filter(({ difficulty }) => difficulty <= 3).length / list.length;
    expect(share(splits.train)).toBeCloseTo(share(read.problems), 1);
    expect(share(splits.validation)).toBeCloseTo(share(read.problems), 1);
    expect(share(splits.test)).toBeCloseTo(share(read.officialTest ?? []), 1);
  });

  test.for([
    ['flan-t5', dataPath('flan-t5-tokenizer')],
    ['pocket', 'public/models/pocket'],
  ] as const)(
    'every question and training target survives the %s tokenizer',
    { timeout: 300_000 },
    ([, folder], { skip }) => {
      const files = ['tokenizer.json', 'tokenizer_config.json'].map((name) => join(folder, name));
      skip(!files.every((file) => existsSync(file)), `there is no ${folder}`);
      const [file, config] = files.map((path): unknown => JSON.parse(readFileSync(path, 'utf8')));
      const tokenizer = createTokenizer(file, config);
      for (const { question, goldRationale } of all) {
        assertSurvivesTokenizer(question, tokenizer);
        assertSurvivesTokenizer(goldRationale, tokenizer);
      }
    },
  );
});

/** Square brackets outside annotations become round ones. */
function roundBrackets(line: string): string {
  return line.replaceAll('[', '(').replaceAll(']', ')');
}
