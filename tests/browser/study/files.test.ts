/** Studies on problem files: the visitor's own, and 200 problems of GSM8K where its files are at hand. */

import { commands } from 'vitest/browser';
import { expect, onTestFinished, test } from 'vitest';
import { readProblemFiles } from '../../../src/data/problem-files';
import { Stores } from '../../../src/storage/stores';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { checkProblemFiles } from '../../../src/study/stages/data';
import type { ProblemFile } from '../../../src/data/file-layout';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, MICRO_STUDY, runSession, type Session } from './micro-study';

const GSM8K = '../shared/data/gsm8k';

/** The file, or the sentence that says why it cannot be read: absent, or kept from the browser's tests. */
async function readSharedFile(name: string): Promise<ProblemFile | string> {
  try {
    return { name, text: await commands.readFile(`${GSM8K}/${name}`) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function studyFiles(
  files: readonly ProblemFile[],
  data: Omit<StudyConfiguration['data'], 'source'>,
): Promise<{ session: Session; stores: Stores }> {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  const configuration: StudyConfiguration = {
    ...MICRO_STUDY,
    data: { source: 'files', ...data },
    rationale: { ...MICRO_STUDY.rationale, batchSize: 32 },
    evaluation: { ...MICRO_STUDY.evaluation, trainProblems: 8, batchSize: 32 },
  };
  await createMicroStudy(stores, 'files', configuration, files);
  const { problems, officialTest } = readProblemFiles(files);
  const known = [...problems, ...(officialTest ?? [])];
  return { session: await runSession(stores, 'files', null, known), stores };
}

test('a file of one’s own is split, studied and reported, and what was dropped is counted', async () => {
  const lines = Array.from({ length: 40 }, (_, index) =>
    JSON.stringify({
      question: `Ann has ${index + 3} apples and buys 2 more. How many has she now?`,
      answer: `Ann has ${index + 3}+2 = <<${index + 3}+2=${index + 5}>>${index + 5} apples.\n#### ${index + 5}`,
    }),
  );
  const text = [...lines, '{"question": "no answer"}'].join('\n');
  const { session, stores } = await studyFiles([{ name: 'own.jsonl', text }], {
    trainProblems: 28,
    validationProblems: 6,
    testProblems: 6,
  });
  expect(session.status).toBe('done');
  const last = session.snapshots.at(-1);
  expect(last?.data).toMatchObject({ train: 28, validation: 6, test: 6 });
  expect(Object.values(last?.data?.dropped ?? {})).toEqual([1]);
  expect(last?.report?.methods.map(({ splits }) => splits.test.problems)).toEqual([6, 6, 6]);
  expect(await stores.studies.readFiles('files')).toEqual([]);
});

test('a table is studied by its layout, also after a pause', async () => {
  const rows = Array.from(
    { length: 30 },
    (_, index) =>
      `"Bea has ${index + 3} pens;\nshe buys 2. How many has she?";${index + 5};"She has [${index + 3}+2=${index + 5}] pens | That is all";0`,
  );
  const text = ['Aufgabe;Ergebnis;Rechenweg;answer', ...rows].join('\n');
  const columns = { question: 'Aufgabe', answer: 'Ergebnis', rationale: 'Rechenweg' };
  const layout = { format: 'csv', delimiter: ';', header: true, columns } as const;
  const stores = new Stores(await emptyDatabase(onTestFinished));
  const data = {
    source: 'files',
    trainProblems: 18,
    validationProblems: 6,
    testProblems: 6,
  } as const;
  const configuration: StudyConfiguration = { ...MICRO_STUDY, data };
  const kept = checkProblemFiles([{ name: 'own.csv', text, layout }], configuration);
  await createMicroStudy(stores, 'table', configuration, kept);
  const stored = await stores.studies.readFiles('table');
  expect(stored).toEqual([{ name: 'own.csv', text, layout }]);
  const { problems } = readProblemFiles(stored);
  const first = await runSession(stores, 'table', { after: 3, kind: 'pause' }, problems);
  expect(first.status).toBe('paused');
  const second = await runSession(stores, 'table', null, problems);
  expect(second.status).toBe('done');
  const last = second.snapshots.at(-1);
  expect(last?.data).toMatchObject({
    train: 18,
    dropped: {},
    difficulties: { train: { 2: 18 }, validation: { 2: 6 }, test: { 2: 6 } },
  });
  const [problem] = await stores.problems.read('table', 'test');
  expect(problem?.goldRationale).toMatch(
    /^She has \[\d+\+2=\d+\] pens \| That is all \| #### \d+$/,
  );
});

const shared = await Promise.all(['train.jsonl', 'test.jsonl'].map(readSharedFile));
const files = shared.filter((file) => typeof file !== 'string');
const obstacles = shared.filter((file) => typeof file === 'string');

test.skipIf(obstacles.length > 0)(
  `a study on 200 problems of GSM8K runs to its report ${obstacles.join(' ')}`,
  { timeout: 300_000 },
  async () => {
    const { session, stores } = await studyFiles(files, {
      trainProblems: 140,
      validationProblems: 20,
      testProblems: 40,
    });
    expect(session.status).toBe('done');
    const last = session.snapshots.at(-1);
    expect(last?.data).toMatchObject({ train: 140, validation: 20, test: 40 });
    const testProblems = await stores.problems.read('files', 'test');
    expect(testProblems.every(({ id }) => id.includes('test'))).toBe(true);
    expect(last?.feedback?.problems).toBe(140);
    expect(last?.report?.comparisons).toHaveLength(3);
  },
);
