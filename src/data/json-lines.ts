/** JSON Lines: one object a line, of which two or three members are a problem. */

import type { DroppedRecord, ProblemRecord } from './cleaning';
import { PROBLEM_FIELDS, type ProblemField, type SettledColumns } from './file-layout';
import {
  MAXIMUM_COLUMN_NAME_LENGTH,
  MAXIMUM_COLUMNS,
  MAXIMUM_FIELD_LENGTH,
  MAXIMUM_ROWS,
} from './file-limits';

/** One line that holds an object. */
export interface JsonLine {
  readonly line: number;
  readonly value: object;
}

export interface JsonLines {
  readonly lines: readonly JsonLine[];
  readonly dropped: readonly DroppedRecord[];
}

/** Lines whose members name the columns: enough for members that not every line has. */
const SAMPLE_LINES = 100;

/**
 * Reads JSON Lines; every line that is not blank is an object or is dropped with a reason.
 *
 * @throws Error when there are too many lines.
 */
export function readJsonLines(text: string, file: string): JsonLines {
  const lines: JsonLine[] = [];
  const dropped: DroppedRecord[] = [];
  let line = 0;
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    line++;
    if (line > MAXIMUM_ROWS) {
      throw new Error(`${file} has more than ${MAXIMUM_ROWS} lines. Split the file.`);
    }
    const result = readLine(text, start, end, line, file);
    if (result !== null) {
      if ('reason' in result) dropped.push(result);
      else lines.push(result);
    }
    start = end + 1;
  }
  return { lines, dropped };
}

function readLine(
  text: string,
  start: number,
  end: number,
  line: number,
  file: string,
): JsonLine | DroppedRecord | null {
  if (end - start > MAXIMUM_FIELD_LENGTH) {
    const detail = `${end - start} characters, at most ${MAXIMUM_FIELD_LENGTH} are read.`;
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
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { line, value };
  const detail = `Expected an object in braces, found ${kindOf(value)}.`;
  return { file, line, reason: 'not a question with an answer', detail };
}

/** The names of the members of the first lines, in the order they are met. */
export function jsonColumns(lines: readonly JsonLine[]): string[] {
  const names = new Set<string>();
  for (const { value } of lines.slice(0, SAMPLE_LINES)) {
    for (const name of Object.keys(value)) {
      if (names.size === MAXIMUM_COLUMNS) return [...names];
      if (name.length <= MAXIMUM_COLUMN_NAME_LENGTH) names.add(name);
    }
  }
  return [...names];
}

/** A line as a record. Numbers count as their decimal text, a missing rationale as an empty one. */
export function jsonRecord(
  { line, value }: JsonLine,
  columns: SettledColumns,
  file: string,
): ProblemRecord | DroppedRecord {
  const texts: Partial<Record<ProblemField, string>> = {};
  for (const field of PROBLEM_FIELDS) {
    const name = columns[field];
    if (name === null) continue;
    const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    if (typeof member === 'string') texts[field] = member;
    else if (typeof member === 'number' && field !== 'question') texts[field] = String(member);
    else if (field === 'rationale' && (member === undefined || member === null)) texts[field] = '';
    else {
      const detail = `At ${name}: expected a text, found ${kindOf(member)}.`;
      return { file, line, reason: 'not a question with an answer', detail };
    }
  }
  const { question = '', answer = '', rationale } = texts;
  return { line, question, answer, ...(rationale === undefined ? {} : { rationale }) };
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
