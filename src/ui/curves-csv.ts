/** The curves of a study as a table for other programs: CSV, as RFC 4180 has it. */

import type { RunProgress, TrainingPoint, ValidationPoint } from '../study/snapshot';

const COLUMNS = [
  'method',
  'seed',
  'kind',
  'update',
  'loss',
  'exact_match',
  'token_accuracy',
  'learning_rate',
  'gradient_norm',
  'tokens_per_second',
  'memory_bytes',
] as const;
type Row = Partial<Readonly<Record<(typeof COLUMNS)[number], string | number>>>;

/** A row for every point of every curve; what a point does not have is left empty. */
export function curvesCsv(runs: readonly RunProgress[]): string {
  const rows = runs.flatMap(({ method, seed, training, validation }) => [
    ...training.map((point) => ({ method, seed, kind: 'training', ...trainingRow(point) })),
    ...validation.map((point) => ({ method, seed, kind: 'validation', ...validationRow(point) })),
  ]);
  const lines = rows.map((row: Row) => COLUMNS.map((column) => field(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

function trainingRow(point: TrainingPoint): Row {
  const { update, loss, learningRate, gradientNorm, tokensPerSecond, memoryBytes } = point;
  return {
    update,
    loss,
    ...(learningRate === undefined ? {} : { learning_rate: learningRate }),
    ...(gradientNorm === undefined ? {} : { gradient_norm: gradientNorm }),
    ...(tokensPerSecond === undefined ? {} : { tokens_per_second: tokensPerSecond }),
    ...(memoryBytes === undefined ? {} : { memory_bytes: memoryBytes }),
  };
}

function validationRow({ update, loss, exactMatch, tokenAccuracy }: ValidationPoint): Row {
  return { update, loss, exact_match: exactMatch, token_accuracy: tokenAccuracy };
}

/** Numbers and names of methods hold nothing that would have to be quoted. */
function field(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}
