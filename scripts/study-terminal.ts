/** A study as lines of text: progress while it runs, and the comparison table at its end. */

import { SPLIT_NAMES } from '../src/data/problem';
import { inOrder } from '../src/study/methods';
import type { PairedComparison, Proportion, Report } from '../src/study/report';
import { STAGE_NAMES, type StageProgress, type StudySnapshot } from '../src/study/snapshot';

/** Time between two lines of the same stage where lines cannot be rewritten, in ms. */
const LINE_INTERVAL_MS = 10_000;

/** The same for a line that would say nothing new: a sign of life, in ms. */
const UNCHANGED_INTERVAL_MS = 60_000;

const STAGE_WIDTH = Math.max(...STAGE_NAMES.map((name) => name.length));

/** What this needs of `process.stdout`. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Prints each stage as it advances: one line rewritten in a terminal, a line now and then elsewhere. */
export class ProgressPrinter {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #printed = new Map<string, { state: string; text: string; at: number }>();
  #openLine = false;

  constructor(terminal: Terminal, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** Shows what changed since the last call. */
  show(snapshot: StudySnapshot): void {
    if (snapshot.status === 'running' && snapshot.message !== '') {
      this.#showLine('message', 'running', snapshot.message);
    }
    for (const name of STAGE_NAMES) {
      const stage = snapshot.stages[name];
      if (stage.state === 'waiting') continue;
      this.#showLine(name, stage.state, stageLine(name, stage));
    }
  }

  #showLine(name: string, state: string, text: string): void {
    const last = this.#printed.get(name);
    if (last?.state === state && (state !== 'running' || !this.#isDue(last, text))) return;
    this.#printed.set(name, { state, text, at: this.#now() });
    this.#line(text, state === 'running');
  }

  /** Prints one sentence on a line of its own. */
  note(sentence: string): void {
    this.finish();
    this.#terminal.write(`${sentence}\n`);
  }

  /** Ends a line that would be rewritten. */
  finish(): void {
    if (this.#openLine) this.#terminal.write('\n');
    this.#openLine = false;
  }

  #isDue(last: { readonly text: string; readonly at: number }, text: string): boolean {
    if (this.#terminal.isTTY === true) return text !== last.text;
    const interval = text === last.text ? UNCHANGED_INTERVAL_MS : LINE_INTERVAL_MS;
    return this.#now() - last.at >= interval;
  }

  #line(text: string, rewritable: boolean): void {
    if (this.#terminal.isTTY !== true) {
      this.#terminal.write(`${text}\n`);
      return;
    }
    const cut = text.slice(0, Math.max(20, (this.#terminal.columns ?? 80) - 1));
    this.#terminal.write(`\r\u001B[2K${cut}${rewritable ? '' : '\n'}`);
    this.#openLine = rewritable;
  }
}

/** One stage as one line: name, counts, share, times, detail. */
export function stageLine(name: string, stage: StageProgress): string {
  const share = stage.total > 0 ? Math.floor((100 * stage.done) / stage.total) : 0;
  const parts = [name.padEnd(STAGE_WIDTH)];
  if (stage.total > 0) {
    const count = `${String(stage.done)}/${String(stage.total)} ${stage.unit}`;
    parts.push(count, `${String(share).padStart(3)} %`);
  }
  switch (stage.state) {
    case 'running':
      parts.push(`${duration(stage.elapsedMs)} so far`);
      if (stage.remainingMs !== null) parts.push(`about ${duration(stage.remainingMs)} left`);
      break;
    case 'done':
      parts.push(`done in ${duration(stage.elapsedMs)}`);
      break;
    case 'failed':
      parts.push(`failed after ${duration(stage.elapsedMs)}`);
      break;
    case 'waiting':
      parts.push('waiting');
      break;
    default:
      stage.state satisfies never;
  }
  if (stage.detail !== '') parts.push(stage.detail);
  return parts.join('  ');
}

/** The comparison of the methods as a table with the student before training and the teacher beside it. */
export function reportTable(report: Report): string {
  const header = [
    'method',
    ...SPLIT_NAMES.map((split) => `${split} EM [95 %]`),
    'token acc.',
    'format',
    'steps',
    'tokens',
    'updates',
    'time',
  ];
  const single = (label: string, testExactMatch: Proportion) => [
    label,
    ...blank(SPLIT_NAMES.length - 1),
    interval(testExactMatch),
    ...blank(header.length - 1 - SPLIT_NAMES.length),
  ];
  const rows = [
    header,
    single('student before', report.studentBefore),
    ...report.methods.map(({ method, splits, cost }) => [
      method,
      ...SPLIT_NAMES.map((split) => interval(splits[split].exactMatch)),
      percent(splits.test.tokenAccuracy.value),
      percent(splits.test.formatRate.value),
      splits.test.meanSteps.toFixed(1),
      splits.test.meanTokens.toFixed(1),
      String(cost.updates),
      duration(cost.trainMs + cost.evaluateMs),
    ]),
    single('teacher (greedy)', report.teacher),
  ];
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return [
    ...lines,
    '',
    'EM: exact match of the final answer. Token accuracy, format, steps and tokens: test split, the student’s own output but for token accuracy.',
    `Rationale length before and after feedback: ${report.chainBefore.meanSteps.toFixed(2)} and ${report.chainAfter.meanSteps.toFixed(2)} steps.`,
    ...shownComparisons(report).map(comparisonLine),
    `Whole study: ${duration(report.totalMs)}.`,
  ].join('\n');
}

function blank(count: number): string[] {
  return Array.from({ length: count }, () => '');
}

/** Of more than three methods only the last one against each other: the rest is in the saved report. */
function shownComparisons({ comparisons, methods }: Report): readonly PairedComparison[] {
  const last = inOrder(methods.map(({ method }) => method)).at(-1);
  return methods.length <= 3 ? comparisons : comparisons.filter(({ second }) => second === last);
}

function comparisonLine(comparison: PairedComparison): string {
  const { first, second, difference, low, high, pValue } = comparison;
  const p = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
  return `${second} against ${first}: ${points(difference)} points [${points(low)}, ${points(high)}] on the test split, McNemar ${p}.`;
}

function points(value: number): string {
  const text = (100 * value).toFixed(1);
  return value >= 0 ? `+${text}` : text;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function interval({ value, low, high }: Proportion): string {
  return `${percent(value)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

/** A time in words short enough for a line: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60)} s`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}
