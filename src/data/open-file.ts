/** Opening a problem file: its layout settled, its columns named, and every row a record or dropped with a reason. */

import type { DroppedRecord, ProblemRecord } from './cleaning';
import { readCsv, type CsvTable } from './csv';
import {
  guessColumns,
  guessFormat,
  looksLikeHeader,
  nameColumns,
  type ColumnMapping,
  type FileLayout,
  type ProblemFile,
  type RequestedLayout,
  type SettledColumns,
} from './file-layout';
import { MAXIMUM_FILE_LENGTH } from './file-limits';
import { jsonColumns, jsonRecord, readJsonLines } from './json-lines';

/** One file, its rows read by its layout. */
export interface OpenedFile {
  readonly name: string;
  readonly layout: FileLayout;
  /** The names that question, answer and rationale can be chosen from. */
  readonly columns: readonly string[];
  /** Rows that are not blank, whether they could be read or not; a header is not counted. */
  readonly rows: number;
  /** Empty while question or answer has no column. */
  readonly records: readonly ProblemRecord[];
  readonly dropped: readonly DroppedRecord[];
  /** What has to be chosen before the file can be used; empty when nothing has. */
  readonly problem: string;
}

/**
 * Opens a file by its layout, or by the layout that its name and text suggest.
 *
 * @throws Error with a sentence for the page when it is too large, no table of problems at all, or lacks
 * a column that its layout names.
 */
export function openProblemFile(file: ProblemFile): OpenedFile {
  const { name, text } = file;
  if (text.length > MAXIMUM_FILE_LENGTH) {
    throw new Error(
      `${name} has ${text.length} characters; at most ${MAXIMUM_FILE_LENGTH} are read. Split the file.`,
    );
  }
  if (text.includes('\0')) {
    throw new Error(
      `${name} is not a text file: it holds zero bytes. Choose JSON Lines or CSV, saved as UTF-8.`,
    );
  }
  const requested = file.layout ?? guessFormat(file);
  return requested.format === 'csv'
    ? openTable(name, text, requested, file.layout === undefined)
    : openLines(name, text, requested);
}

function openLines(name: string, text: string, requested: RequestedLayout): OpenedFile {
  const { lines, dropped } = readJsonLines(text, name);
  if (lines.length === 0 || dropped.length > lines.length) {
    const first = dropped[0];
    const found =
      first === undefined
        ? 'it is empty'
        : `line ${first.line} is ${first.reason} (${first.detail})`;
    throw new Error(
      `${name} is not a file of problems: ${found}. Expected JSON Lines, one {"question": "...", "answer": "... #### 72"} a line such as GSM8K's train.jsonl, or a CSV file whose name ends in .csv.`,
    );
  }
  const columns = jsonColumns(lines);
  const mapping = checkMapping(requested.columns ?? guessColumns(columns), columns, name);
  const layout: FileLayout = { format: 'json-lines', columns: mapping };
  const settled = settle(mapping);
  const read = settled === null ? [] : lines.map((line) => jsonRecord(line, settled, name));
  return {
    name,
    layout,
    columns,
    rows: lines.length + dropped.length,
    records: read.flatMap((result) => ('reason' in result ? [] : [result])),
    dropped: [...dropped, ...read.flatMap((result) => ('reason' in result ? [result] : []))].sort(
      (first, second) => first.line - second.line,
    ),
    problem: settled === null ? describeMissing(name, mapping, columns) : '',
  };
}

function openTable(
  name: string,
  text: string,
  requested: RequestedLayout & { readonly format: 'csv' },
  isGuessed: boolean,
): OpenedFile {
  const { delimiter } = requested;
  const table = readCsv(text, delimiter, name);
  const [first] = table.rows;
  if (first === undefined || (isGuessed && first.fields.length < 2)) {
    const found = first === undefined ? 'no row' : `one column ("${excerpt(first.fields[0])}")`;
    throw new Error(
      `${name} is not a file of problems: expected a table with a question and an answer in each row, found ${found}. Choose a CSV file with columns separated by commas, semicolons or tabs, or JSON Lines whose name ends in .jsonl.`,
    );
  }
  const header = isGuessed ? looksLikeHeader(first.fields) : requested.header;
  const columns = header
    ? nameColumns(first.fields)
    : first.fields.map((_, index) => String(index + 1));
  const mapping = checkMapping(requested.columns ?? guessColumns(columns), columns, name);
  const settled = settle(mapping);
  const { records, dropped } = readRows(table, header, columns, settled, name);
  return {
    name,
    layout: { format: 'csv', delimiter, header, columns: mapping },
    columns,
    rows: table.rows.length + table.malformed.length - (header ? 1 : 0),
    records,
    dropped,
    problem: settled === null ? describeMissing(name, mapping, columns) : '',
  };
}

function readRows(
  { rows, malformed }: CsvTable,
  header: boolean,
  columns: readonly string[],
  settled: SettledColumns | null,
  file: string,
): { records: ProblemRecord[]; dropped: DroppedRecord[] } {
  const records: ProblemRecord[] = [];
  const dropped: DroppedRecord[] = malformed.map(({ line, detail }) => ({
    file,
    line,
    reason: 'malformed row',
    detail,
  }));
  if (settled === null) return { records, dropped };
  const [questionAt, answerAt] = [settled.question, settled.answer].map((column) =>
    columns.indexOf(column),
  );
  const rationaleAt = settled.rationale === null ? -1 : columns.indexOf(settled.rationale);
  for (const { line, fields } of header ? rows.slice(1) : rows) {
    if (fields.length !== columns.length) {
      const detail = `Expected ${columns.length} fields, found ${fields.length}.`;
      dropped.push({ file, line, reason: 'wrong number of fields', detail });
      continue;
    }
    const question = fields[questionAt ?? -1] ?? '';
    const answer = fields[answerAt ?? -1] ?? '';
    const rationale = fields[rationaleAt];
    records.push({ line, question, answer, ...(rationale === undefined ? {} : { rationale }) });
  }
  return { records, dropped };
}

/** @throws Error when the mapping names a column that the file has not, or one column twice */
function checkMapping(
  mapping: ColumnMapping,
  columns: readonly string[],
  file: string,
): ColumnMapping {
  const chosen = Object.values(mapping).filter((column) => column !== null);
  for (const column of chosen) {
    if (!columns.includes(column)) {
      throw new Error(
        `${file} has no column "${column}". It has ${listColumns(columns)}. Choose among these.`,
      );
    }
  }
  const twice = chosen.find((column, index) => chosen.indexOf(column) !== index);
  if (twice !== undefined) {
    throw new Error(
      `The column "${twice}" of ${file} is chosen twice. Choose a column of its own for each of question, answer and rationale.`,
    );
  }
  return mapping;
}

function settle({ question, answer, rationale }: ColumnMapping): SettledColumns | null {
  return question === null || answer === null ? null : { question, answer, rationale };
}

function describeMissing(
  file: string,
  { question, answer }: ColumnMapping,
  columns: readonly string[],
): string {
  const missing = [question === null ? 'question' : '', answer === null ? 'answer' : ''];
  const fields = missing.filter((field) => field !== '').join(' and the ');
  return `Which column of ${file} holds the ${fields}? It has ${listColumns(columns)}.`;
}

/** Columns named in a sentence. */
const LISTED_COLUMNS = 12;

function listColumns(columns: readonly string[]): string {
  const shown = columns.slice(0, LISTED_COLUMNS).map((column) => `"${excerpt(column)}"`);
  const rest = columns.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function excerpt(text = ''): string {
  return text.length > 40 ? `${text.slice(0, 40).toWellFormed()}...` : text;
}
