/** CSV: what is written comes back, every row knows its line, and malformed files do no harm. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSV_DELIMITERS, detectDelimiter, readCsv } from '../../../src/data/csv';
import {
  MAXIMUM_COLUMNS,
  MAXIMUM_FIELD_LENGTH,
  MAXIMUM_MALFORMED_ROWS,
  MAXIMUM_ROWS,
} from '../../../src/data/file-limits';
import { processorSeconds } from '../feedback/processor-time';

const fieldsOf = (text: string, delimiter: (typeof CSV_DELIMITERS)[number] = ',') =>
  readCsv(text, delimiter, 'a.csv').rows.map(({ fields }) => fields);

describe('a table', () => {
  const field = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('"', ',', ';', '\t', '\r', '\n', ' ', 'a', '1'), { maxLength: 8 })
      .map((parts) => parts.join('')),
  );

  test('is read back as it was written, whatever its fields hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
        fc.constantFrom(...CSV_DELIMITERS),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (table, delimiter, lineEnd, mark, closed, allQuoted) => {
          // Bare fields where nothing in them has a meaning; a blank line would be no row.
          const write = (value: string) =>
            allQuoted || value.trim() !== value || value === '' || /[",;\t\r\n\uFEFF]/.test(value)
              ? `"${value.replaceAll('"', '""')}"`
              : value;
          const rows = table.map((row) => row.map(write).join(delimiter));
          const text =
            (mark ? '\uFEFF' : '') +
            rows.join(lineEnd) +
            (closed && rows.length > 0 ? lineEnd : '');
          const read = readCsv(text, delimiter, 'a.csv');
          expect(read.malformed).toEqual([]);
          expect(read.rows.map(({ fields }) => fields)).toEqual(table);
          // The line of a row: one more than the line ends before it, those inside fields included.
          const lines = rows.map(
            (_, index) =>
              rows
                .slice(0, index)
                .map((row) => `${row}${lineEnd}`)
                .join('')
                .split(/\r\n|\r|\n/).length,
          );
          expect(read.rows.map(({ line }) => line)).toEqual(lines);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('of any text has each row once, in order, or a reason', () => {
    const piece = fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', 'a', ' ', '","', '"\n"');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const { rows, malformed } = readCsv(text, ',', 'a.csv');
        const lines = [...rows, ...malformed].map(({ line }) => line);
        expect(new Set(lines).size).toBe(lines.length);
        expect(rows.map(({ line }) => line)).toEqual(
          rows.map(({ line }) => line).sort((first, second) => first - second),
        );
        expect(Math.max(0, ...lines)).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [
      'plain rows',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['CRLF, CR and LF', 'a\r\nb\rc\nd', [['a'], ['b'], ['c'], ['d']]],
    ['a byte order mark', '\uFEFFa,b', [['a', 'b']]],
    ['doubled quotes', '"say ""hi""",""""\n', [['say "hi"', '"']]],
    ['delimiters and line ends in quotes', '"a,b\r\nc","d\re"', [['a,b\r\nc', 'd\re']]],
    [
      'empty fields',
      ',\n"",\n,""',
      [
        ['', ''],
        ['', ''],
        ['', ''],
      ],
    ],
    [
      'a last field that is empty',
      'a,\nb,',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    ['blank lines', '\n\na\n  \n\r\nb\n\n', [['a'], ['b']]],
    ['one empty quoted field', '""\na', [[''], ['a']]],
    ['nothing', '', []],
    ['spaces, which belong to a field', ' a , b ', [[' a ', ' b ']]],
  ])('%s', (_name, text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
  });

  test.each([
    ['a quote that is never closed', 'a,b\n"c,d\ne,f\n', [2], [1, 3], /never closed/],
    ['text after a closing quote', 'a\n"b"c\nd', [2], [1, 3], /comes "c"/],
    ['a space before the delimiter', '"b" ,c\nd,e', [1], [2], /comes " "/],
    ['a quote in a bare field', 'a\n5" pipe\nb', [2], [1, 3], /write the quote twice/],
    ['a quote after a space', 'a, "b"\nc,d', [1], [2], /does not begin with one/],
    [
      'a field too long',
      `${'a'.repeat(MAXIMUM_FIELD_LENGTH + 1)}\nb`,
      [1],
      [2],
      /this one has 100001/,
    ],
    [
      'a quoted field too long',
      `"${'a\n'.repeat(MAXIMUM_FIELD_LENGTH / 2)}b"\nc`,
      [1, 50_001],
      [...Array.from({ length: 49_999 }, (_, index) => index + 2), 50_002],
      /a quote may be missing/,
    ],
    ['too many columns', `${','.repeat(MAXIMUM_COLUMNS)}\nb`, [1], [2], /at most 100 fields/],
    ['several at once', '"a"b\nc\n"d"e\n"f', [1, 3, 4], [2], /comes "b"/],
    ['CRLF in the lines before', '"a\r\nb",c\r\n"d"e\r\nf', [3], [1, 4], /comes "e"/],
  ])('%s is malformed, and the other rows are read', (_name, text, bad, good, reason) => {
    const { rows, malformed } = readCsv(text, ',', 'a.csv');
    expect(malformed.map(({ line }) => line)).toEqual(bad);
    expect(rows.map(({ line }) => line)).toEqual(good);
    expect(malformed[0]?.detail).toMatch(reason);
  });

  test('too many rows, or nothing but malformed ones, are refused with what to do', () => {
    expect(() => readCsv('a\n'.repeat(MAXIMUM_ROWS + 1), ',', 'a.csv')).toThrow(
      'a.csv has more than 100000 rows. Split the file.',
    );
    expect(() => readCsv('a"\n'.repeat(MAXIMUM_MALFORMED_ROWS + 1), ',', 'a.csv')).toThrow(
      /a\.csv is not CSV: it has more than 10000 malformed rows, the first on line 1/,
    );
  });

  test('hostile quotes take no more than linear time', () => {
    const seconds = processorSeconds(() => {
      const text = `"${'x\n'.repeat(MAXIMUM_ROWS - 2)}`;
      expect(readCsv(text, ',', 'a.csv').malformed).toHaveLength(1);
      readCsv(`${'"\n'.repeat(9_000)}x`, ',', 'a.csv');
      expect(() => readCsv(`"a""\n`.repeat(20_000), ',', 'a.csv')).toThrow(/is not CSV/);
    });
    console.log(`hostile quotes: ${seconds.toFixed(2)} s of processor time`);
    expect(seconds).toBeLessThan(5);
  });
});

describe('the delimiter', () => {
  test.each([
    ['commas', 'question,answer\nWhat, then?,2\n"a;b",1', ','],
    ['semicolons around decimal commas', 'question;answer\nHow many, Ann?;1,5\nWhy?;2,5', ';'],
    ['tabs', 'question\tanswer\nOne, two; three?\t6', '\t'],
    ['one column', 'question\nHow many?', ','],
    ['nothing', '', ','],
    ['a table longer than the sample', `a;b\n${'"x,y\nz";1\n'.repeat(20_000)}`, ';'],
    ['one long row', `a;b\n"${'x,'.repeat(40_000)}";1`, ';'],
  ])('%s', (_name, text, delimiter) => {
    expect(detectDelimiter(text)).toBe(delimiter);
  });
});
