/** `npm run study:compare`: two studies, or two methods of one, problem by problem. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { SPLIT_NAMES } from '../src/data/problem';
import {
  compareAnswers,
  type AnswerComparison,
  type ComparableAnswer,
} from '../src/evaluate/answer-comparison';
import { UsageError } from './study/command-line';
import { markdown, pValue } from './study/markdown-table';
import { ANSWERS_FILE } from './study/results';

const USAGE = `npm run study:compare -- FIRST SECOND [options]
  FIRST, SECOND     folders that npm run study has written; the same one twice compares two of its methods
  --first NAME      whose answers of the first study: a method, teacher or student (default: feedback)
  --second NAME     of the second study (default: as the first)
  --decoding NAME   how they were written, such as majority-of-5 or greedy-calculator (default: greedy)
  --split NAME      ${SPLIT_NAMES.join(', ')} (default: test)
  --write FILE      every problem that both were asked, with both answers, as JSON lines`;

const lineSchema = v.object({
  subject: v.string(),
  decoding: v.string(),
  split: v.string(),
  problem_id: v.string(),
  question: v.string(),
  gold_answer: v.string(),
  output: v.string(),
  correct: v.boolean(),
});

/** Whose answers, how written and to which problems. */
interface Wanted {
  readonly subject: string;
  readonly decoding: string;
  readonly split: string;
}

async function readAnswers(folder: string, wanted: Wanted): Promise<ComparableAnswer[]> {
  const file = join(folder, ANSWERS_FILE);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`Expected ${file}, found none: name the folder of a finished study.`);
  });
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const parsed = v.safeParse(lineSchema, JSON.parse(line));
      if (parsed.success) return parsed.output;
      const [issue] = parsed.issues;
      throw new Error(
        `${file}, line ${index + 1}: ${v.getDotPath(issue) ?? 'the line'}: ${issue.message}. Write the results again with the command of the study.`,
      );
    });
  const isWanted = (line: (typeof lines)[number]): boolean =>
    line.subject === wanted.subject &&
    line.decoding === wanted.decoding &&
    line.split === wanted.split;
  const found = lines.filter(isWanted);
  if (found.length === 0) {
    const known = [
      ...new Set(lines.map((line) => `${line.subject} ${line.decoding} ${line.split}`)),
    ];
    throw new UsageError(
      `Expected answers of ${wanted.subject} ${wanted.decoding} ${wanted.split} in ${file}, found: ${known.join('; ')}.`,
    );
  }
  return found.map((line) => ({
    problemId: line.problem_id,
    question: line.question,
    goldAnswer: line.gold_answer,
    output: line.output,
    correct: line.correct,
  }));
}

function summary({ counts, onlyFirst, onlySecond }: AnswerComparison): string {
  const { bothRight, onlyFirstRight, onlySecondRight, bothWrong, difference, low, high } = counts;
  const points = (value: number): string => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)}`;
  return [
    ...markdown([
      ['both right', 'only the first', 'only the second', 'neither', 'difference', 'p (McNemar)'],
      [
        ...[bothRight, onlyFirstRight, onlySecondRight, bothWrong].map(String),
        `${points(difference)} [${points(low)}, ${points(high)}] points`,
        pValue(counts.pValue),
      ],
    ]),
    ...(onlyFirst + onlySecond === 0
      ? []
      : ['', `Asked of one side only: ${onlyFirst} and ${onlySecond} problems.`]),
  ].join('\n');
}

async function run(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [first, second] = positionals;
  if (first === undefined || second === undefined || positionals.length > 2) {
    throw new UsageError('Name the folders of two studies.');
  }
  const { decoding, split } = values;
  const sides = { first: values.first, second: values.second ?? values.first };
  const comparison = compareAnswers(
    await readAnswers(first, { subject: sides.first, decoding, split }),
    await readAnswers(second, { subject: sides.second, decoding, split }),
  );
  console.log(summary(comparison));
  if (values.write === undefined) return;
  await writeFile(
    values.write,
    comparison.pairs
      .map(({ problemId, question, goldAnswer, first: one, second: other }) =>
        JSON.stringify({
          problem_id: problemId,
          question,
          gold_answer: goldAnswer,
          first_output: one.output,
          first_correct: one.correct,
          second_output: other.output,
          second_correct: other.correct,
        }),
      )
      .join('\n')
      .concat('\n'),
  );
  console.log(`\nWritten to ${values.write}.`);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        first: { type: 'string', default: 'feedback' },
        second: { type: 'string' },
        decoding: { type: 'string', default: 'greedy' },
        split: { type: 'string', default: 'test' },
        write: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
