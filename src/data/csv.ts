/** CSV as RFC 4180 has it: quoted fields with doubled quotes and line ends inside, and every row's line number. */

import {
  MAXIMUM_COLUMNS,
  MAXIMUM_FIELD_LENGTH,
  MAXIMUM_MALFORMED_ROWS,
  MAXIMUM_ROWS,
} from './file-limits';

export const CSV_DELIMITERS = [',', ';', '\t'] as const;
export type CsvDelimiter = (typeof CSV_DELIMITERS)[number];

export interface CsvRow {
  /** The line the row starts on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

export interface MalformedRow {
  readonly line: number;
  /** What breaks the format and how to mend it. */
  readonly detail: string;
}

export interface CsvTable {
  readonly rows: readonly CsvRow[];
  readonly malformed: readonly MalformedRow[];
}

type Row = CsvRow | MalformedRow;

/** What was read, and where reading goes on. */
interface Reading<Value> {
  readonly value: Value;
  readonly end: number;
  /** Line ends passed. */
  readonly lines: number;
}

/** Rows and characters that the delimiter is judged by: enough for any header and the first screen. */
const SAMPLE_ROWS = 50;
const SAMPLE_LENGTH = 64 * 1024;

/**
 * Reads a table. Lines end in LF, CRLF or CR; a byte order mark is skipped, and so are blank lines. A
 * row that breaks the format is listed and reading goes on with the line after the one it starts on.
 *
 * Source of the format: RFC 4180, with other delimiters and line ends allowed.
 *
 * @throws Error when the file has too many rows, or so many malformed ones that it is something else.
 */
export function readCsv(text: string, delimiter: CsvDelimiter, file: string): CsvTable {
  const rows: CsvRow[] = [];
  const malformed: MalformedRow[] = [];
  for (const row of eachRow(text, delimiter)) {
    if ('detail' in row) malformed.push(row);
    else rows.push(row);
    if (malformed.length > MAXIMUM_MALFORMED_ROWS) {
      throw new Error(
        `${file} is not CSV: it has more than ${MAXIMUM_MALFORMED_ROWS} malformed rows, the first on line ${malformed[0]?.line} (${malformed[0]?.detail}). Save it again as CSV (UTF-8).`,
      );
    }
    if (rows.length + malformed.length > MAXIMUM_ROWS) {
      throw new Error(`${file} has more than ${MAXIMUM_ROWS} rows. Split the file.`);
    }
  }
  return { rows, malformed };
}

/**
 * The delimiter under which the first rows agree best on their number of fields; a comma where none
 * gives two fields.
 */
export function detectDelimiter(text: string): CsvDelimiter {
  const isCut = text.length > SAMPLE_LENGTH;
  const sample = text.slice(0, SAMPLE_LENGTH);
  let best: { delimiter: CsvDelimiter; agreeing: number } = { delimiter: ',', agreeing: 0 };
  for (const delimiter of CSV_DELIMITERS) {
    const rows: Row[] = [];
    for (const row of eachRow(sample, delimiter)) {
      rows.push(row);
      if (rows.length === SAMPLE_ROWS) break;
    }
    // The end of the sample may have cut its last row.
    if (isCut && rows.length > 1 && rows.length < SAMPLE_ROWS) rows.pop();
    const counts = rows.map((row) => ('fields' in row ? row.fields.length : 0));
    const [first = 0] = counts;
    const same = counts.filter((count) => count === first).length;
    const agreeing = first < 2 ? 0 : same / counts.length;
    if (agreeing > best.agreeing) best = { delimiter, agreeing };
  }
  return best.delimiter;
}

function* eachRow(text: string, delimiter: CsvDelimiter): Generator<Row> {
  let position = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (position < text.length) {
    const start = position;
    try {
      const { value, end, lines } = readRow(text, start, delimiter);
      if (value.length > 1 || text.slice(start, end).trim() !== '') yield { line, fields: value };
      position = end;
      line += lines;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      yield { line, detail: error.message };
      position = afterLineEnd(text, lineEnd(text, start));
      line++;
    }
  }
}

/** Thrown out of a row that breaks the format. */
class Malformed extends Error {}

function readRow(text: string, start: number, delimiter: CsvDelimiter): Reading<string[]> {
  const fields: string[] = [];
  let position = start;
  let lines = 1;
  for (;;) {
    if (fields.length === MAXIMUM_COLUMNS) {
      throw new Malformed(`A row has at most ${MAXIMUM_COLUMNS} fields; this one has more.`);
    }
    const isQuoted = text[position] === '"';
    const field = isQuoted ? readQuoted(text, position) : readBare(text, position, delimiter);
    fields.push(field.value);
    lines += field.lines;
    position = field.end;
    const next = text[position];
    if (next === undefined || next === '\n' || next === '\r') {
      return { value: fields, end: afterLineEnd(text, position), lines };
    }
    if (next !== delimiter) {
      throw new Malformed(
        `After a closing quote comes "${next}". A quote inside a quoted field is written twice.`,
      );
    }
    position++;
  }
}

/** @param start offset of the opening quote */
function readQuoted(text: string, start: number): Reading<string> {
  let value = '';
  let position = start + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote < 0) throw new Malformed('A quote is opened and never closed.');
    if (quote - start > MAXIMUM_FIELD_LENGTH) {
      throw new Malformed(
        `A field has at most ${MAXIMUM_FIELD_LENGTH} characters; a quote may be missing at the end of this one.`,
      );
    }
    value += text.slice(position, quote);
    if (text[quote + 1] !== '"') {
      return { value, end: quote + 1, lines: value.match(/\r\n|\r|\n/g)?.length ?? 0 };
    }
    value += '"';
    position = quote + 2;
  }
}

function readBare(text: string, start: number, delimiter: CsvDelimiter): Reading<string> {
  let end = start;
  for (; end < text.length; end++) {
    const character = text[end];
    if (character === delimiter || character === '\n' || character === '\r') break;
    if (character === '"') {
      throw new Malformed(
        'A quote stands inside a field that does not begin with one. Put the field in quotes and write the quote twice.',
      );
    }
  }
  if (end - start > MAXIMUM_FIELD_LENGTH) {
    throw new Malformed(
      `A field has at most ${MAXIMUM_FIELD_LENGTH} characters; this one has ${end - start}.`,
    );
  }
  return { value: text.slice(start, end), end, lines: 0 };
}

/** Offset of the first line end at or after `start`, or of the end of the text. */
function lineEnd(text: string, start: number): number {
  for (let end = start; end < text.length; end++) {
    if (text[end] === '\n' || text[end] === '\r') return end;
  }
  return text.length;
}

/** Offset after the line end at `position`. */
function afterLineEnd(text: string, position: number): number {
  return text[position] === '\r' && text[position + 1] === '\n' ? position + 2 : position + 1;
}
