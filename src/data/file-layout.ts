/** The layout of a problem file: its format and which of its columns hold what, as guessed or as the visitor chose. */

import * as v from 'valibot';
import { normalizeAnswer } from '../text/answer';
import { CSV_DELIMITERS, detectDelimiter } from './csv';
import { MAXIMUM_COLUMN_NAME_LENGTH } from './file-limits';

/** What a column can hold. Without a rationale column the answer may be a GSM8K-style text. */
export const PROBLEM_FIELDS = ['question', 'answer', 'rationale'] as const;
export type ProblemField = (typeof PROBLEM_FIELDS)[number];

/** The name of a column; null where the field has none, or none is chosen yet. */
const columnSchema = v.nullable(
  v.pipe(v.string(), v.maxLength(MAXIMUM_COLUMN_NAME_LENGTH, 'expected the name of a column')),
);
const columnsSchema = v.strictObject({
  question: columnSchema,
  answer: columnSchema,
  rationale: columnSchema,
});
export type ColumnMapping = Readonly<v.InferOutput<typeof columnsSchema>>;

/** How a file is to be read; columns that are null are guessed from their names. */
export const requestedLayoutSchema = v.variant('format', [
  v.strictObject({ format: v.literal('json-lines'), columns: v.nullable(columnsSchema) }),
  v.strictObject({
    format: v.literal('csv'),
    delimiter: v.picklist(CSV_DELIMITERS),
    /** Whether the first row names the columns; otherwise they are called 1, 2, 3. */
    header: v.boolean(),
    columns: v.nullable(columnsSchema),
  }),
]);
export type RequestedLayout = Readonly<v.InferOutput<typeof requestedLayoutSchema>>;
/** A mapping that is complete: question and answer have their columns. */
export interface SettledColumns {
  readonly question: string;
  readonly answer: string;
  readonly rationale: string | null;
}
/** A layout whose columns are settled: reading a file by it gives the same problems every time. */
export type FileLayout = RequestedLayout & { readonly columns: ColumnMapping };

/** A file the visitor picked or dropped, already read as text by the page. */
export interface ProblemFile {
  readonly name: string;
  readonly text: string;
  /** Guessed from the name and the text where it is absent. */
  readonly layout?: RequestedLayout;
}

/** Names that data sets give their columns, the most telling first; compared without case and punctuation. */
const SYNONYMS: Readonly<Record<ProblemField, readonly string[]>> = {
  question: ['question', 'problem', 'wordproblem', 'prompt', 'query', 'exercise', 'task', 'input'],
  answer: ['answer', 'finalanswer', 'goldanswer', 'result', 'target', 'label', 'output'],
  rationale: [
    'rationale',
    'reasoning',
    'explanation',
    'solution',
    'steps',
    'chainofthought',
    'cot',
    'working',
    'workings',
  ],
};

function plainName(column: string): string {
  return column.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * Which column holds which field, by the columns' names. A lone rationale column counts as the answer,
 * because such a text usually ends in it; columns called 1, 2, 3 are taken in the order question, answer.
 */
export function guessColumns(columns: readonly string[]): ColumnMapping {
  const named = (field: ProblemField): string | null => {
    for (const synonym of SYNONYMS[field]) {
      const found = columns.find((column) => plainName(column) === synonym);
      if (found !== undefined) return found;
    }
    return null;
  };
  const [first, second] = columns;
  if (first === '1' && second === '2') return { question: first, answer: second, rationale: null };
  const answer = named('answer');
  const rationale = named('rationale');
  return {
    question: named('question'),
    answer: answer ?? rationale,
    rationale: answer === null ? null : rationale,
  };
}

/** The format by the file's name, or by its first visible character where the name says nothing. */
export function guessFormat({ name, text }: ProblemFile): RequestedLayout {
  const isTable =
    /\.(?:csv|tsv|tab)$/i.test(name) ||
    (!/\.(?:jsonl|ndjson|json)$/i.test(name) && !/^\uFEFF?\s*[[{]/.test(text.slice(0, 1_000)));
  if (!isTable) return { format: 'json-lines', columns: null };
  return { format: 'csv', delimiter: detectDelimiter(text), header: true, columns: null };
}

/** Whether the first row of a table names its columns: one has a known name, or all look like names. */
export function looksLikeHeader(row: readonly string[]): boolean {
  const known = new Set(Object.values(SYNONYMS).flat());
  if (row.some((cell) => known.has(plainName(cell)))) return true;
  return row.every(
    (cell) => cell.length <= 60 && !cell.includes('####') && normalizeAnswer(cell) === null,
  );
}

/** Names by which columns can be told apart: empty ones are numbered, repeated ones counted. */
export function nameColumns(header: readonly string[]): string[] {
  const names: string[] = [];
  const taken = new Set<string>();
  for (const [index, cell] of header.entries()) {
    // Room for the count.
    const written = cell.trim().slice(0, MAXIMUM_COLUMN_NAME_LENGTH - 10);
    const plain = written === '' ? `column ${index + 1}` : written;
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain} (${count})`;
    taken.add(name);
    names.push(name);
  }
  return names;
}
