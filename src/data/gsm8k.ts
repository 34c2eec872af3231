/** GSM8K and its format: JSON Lines of `question` and `answer`, the answer ending in `#### 72`. */

import * as v from 'valibot';
import {
  cleanRecords,
  type CleanedProblems,
  type DroppedRecord,
  type ProblemRecord,
} from './cleaning';

/** Largest file in characters: thirty times GSM8K's larger one. It is held in memory as a whole. */
export const MAXIMUM_FILE_LENGTH = 128 * 1024 * 1024;
/** Most lines of a file: as many problems as a study can be configured to use. */
export const MAXIMUM_LINES = 1_000_000;
/** Longest line in characters; a line within the question and answer limits is far shorter, escapes included. */
export const MAXIMUM_LINE_LENGTH = 100_000;

/** Other members are allowed and ignored. A number as answer is its decimal text. */
const recordSchema = v.object({
  question: v.string(),
  answer: v.union([v.string(), v.pipe(v.number(), v.finite(), v.transform(String))]),
});

export interface ReadRecords {
  readonly records: readonly ProblemRecord[];
  readonly dropped: readonly DroppedRecord[];
}

/**
 * Reads JSON Lines; every line that is not blank becomes a record or is dropped with a reason.
 * @throws Error when the file as a whole is too large.
 */
export function readProblemLines(text: string, file: string): ReadRecords {
  if (text.length > MAXIMUM_FILE_LENGTH) {
    throw new Error(
      `${file} has ${text.length} characters; at most ${MAXIMUM_FILE_LENGTH} are read. Split the file.`,
    );
  }
  const records: ProblemRecord[] = [];
  const dropped: DroppedRecord[] = [];
  let line = 0;
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    line++;
    if (line > MAXIMUM_LINES) {
      throw new Error(`${file} has more than ${MAXIMUM_LINES} lines. Split the file.`);
    }
    const result = readLine(text, start, end, line, file);
    if (result !== null) {
      if ('reason' in result) dropped.push(result);
      else records.push(result);
    }
    start = end + 1;
  }
  return { records, dropped };
}

function readLine(
  text: string,
  start: number,
  end: number,
  line: number,
  file: string,
): ProblemRecord | DroppedRecord | null {
  if (end - start > MAXIMUM_LINE_LENGTH) {
    const detail = `${end - start} characters, at most ${MAXIMUM_LINE_LENGTH} are read.`;
    return { file, line, reason: 'line too long', detail };
  }
  // Some editors put a byte order mark in front of the first line.
  const content = text
    .slice(start, end)
    .replace(/^\uFEFF/, '')
    .trim();
  if (content === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 160) : '';
    return { file, line, reason: 'not JSON', detail };
  }
  const parsed = v.safeParse(recordSchema, value, { abortEarly: true });
  if (parsed.success) return { line, ...parsed.output };
  const place = v.getDotPath(parsed.issues[0]) ?? 'the line';
  const detail = `At ${place}: ${parsed.issues[0].message.slice(0, 160)}`;
  return { file, line, reason: 'not a question with an answer', detail };
}

/**
 * Parses an official GSM8K file (`train.jsonl` or `test.jsonl`) into problems `gsm8k-train-1`, ...,
 * numbered by line. Every line is a problem or is dropped with a reason.
 *
 * Source: github.com/openai/grade-school-math.
 */
export function parseGsm8k(text: string, split: 'train' | 'test'): CleanedProblems {
  const file = `${split}.jsonl`;
  const { records, dropped } = readProblemLines(text, file);
  const cleaned = cleanRecords(records, {
    file,
    source: 'gsm8k',
    idPrefix: `gsm8k-${split}`,
    bareAnswers: false,
    isTest: split === 'test',
  });
  return { problems: cleaned.problems, dropped: [...dropped, ...cleaned.dropped] };
}
