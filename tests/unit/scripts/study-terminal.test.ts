/** What the terminal shows of a study. */

import { describe, expect, it } from 'vitest';
import { duration, ProgressPrinter, reportTable, stageLine } from '../../../scripts/study-terminal';
import type { Report, SplitScores } from '../../../src/study/report';
import type { StageProgress, StudySnapshot } from '../../../src/study/snapshot';

const WAITING: StageProgress = {
  state: 'waiting',
  done: 0,
  total: 0,
  unit: 'problems',
  remainingMs: null,
  elapsedMs: 0,
  detail: '',
};
const RUNNING: StageProgress = {
  ...WAITING,
  state: 'running',
  done: 132,
  total: 400,
  remainingMs: 80_000,
  elapsedMs: 40_000,
  detail: '18 tokens/s',
};

/** Only what the printer reads of a snapshot. */
function snapshotWith(data: StageProgress, rationale: StageProgress): StudySnapshot {
  const rest = { feedback: WAITING, train: WAITING, evaluate: WAITING, report: WAITING };
  return { stages: { data, rationale, ...rest } } as unknown as StudySnapshot;
}

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

describe('stageLine', () => {
  it('counts, times and details', () => {
    expect(stageLine('rationale', RUNNING)).toBe(
      'rationale  132/400 problems   33 %  40 s so far  about 1 min 20 s left  18 tokens/s',
    );
  });
});

describe('ProgressPrinter', () => {
  it('prints a line now and then where lines cannot be rewritten', () => {
    const output = terminal(false);
    let now = 0;
    const printer = new ProgressPrinter(output, () => now);
    printer.show(snapshotWith(RUNNING, WAITING));
    now = 5_000;
    printer.show(snapshotWith(RUNNING, WAITING));
    expect(output.written).toHaveLength(1);
    now = 10_000;
    printer.show(snapshotWith(RUNNING, WAITING));
    expect(output.written, 'nothing new to say').toHaveLength(1);
    printer.show(snapshotWith({ ...RUNNING, done: 133 }, WAITING));
    expect(output.written).toHaveLength(2);
    now = 10_100;
    printer.show(snapshotWith({ ...RUNNING, state: 'done' }, RUNNING));
    expect(output.written).toHaveLength(4);
    expect(output.written[2]).toContain('done in 40 s');
  });

  it('rewrites one line in a terminal and keeps it within the width', () => {
    const output = terminal(true);
    const printer = new ProgressPrinter(output, () => 0);
    printer.show(snapshotWith(RUNNING, WAITING));
    printer.show(snapshotWith({ ...RUNNING, done: 133 }, WAITING));
    expect(output.written).toHaveLength(2);
    for (const text of output.written) {
      expect(text).not.toContain('\n');
      expect(text.length).toBeLessThan(60 + '\r\u001B[2K'.length);
    }
    printer.finish();
    expect(output.written.at(-1)).toBe('\n');
  });
});

describe('reportTable', () => {
  const share = (successes: number, trials: number) => ({
    successes,
    trials,
    value: successes / trials,
    low: 0.1,
    high: 0.9,
  });
  const scores = (successes: number): SplitScores => ({
    problems: 200,
    exactMatch: share(successes, 200),
    tokenAccuracy: share(150, 200),
    formatRate: share(199, 200),
    loss: 1,
    meanSteps: 2.5,
    meanTokens: 31,
    exactMatchByDifficulty: {},
  });
  const method = (name: 'answer' | 'cot' | 'feedback', successes: number) => ({
    method: name,
    seed: 1,
    runId: name,
    examples: 10,
    bestUpdate: 5,
    splits: {
      train: scores(successes + 2),
      validation: scores(successes + 1),
      test: scores(successes),
    },
    cost: {
      updates: 900,
      targetTokens: 1,
      trainMs: 60_000,
      evaluateMs: 5_000,
      preparationMs: 0,
      peakMemoryBytes: 0,
    },
  });
  const report: Report = {
    studyId: 's',
    finishedAt: 0,
    studentBefore: share(4, 200),
    teacher: share(128, 200),
    methods: [method('answer', 18), method('cot', 64), method('feedback', 98)],
    comparisons: [
      {
        first: 'answer',
        second: 'feedback',
        onlyFirstRight: 3,
        onlySecondRight: 83,
        bothRight: 15,
        bothWrong: 99,
        pValue: 0.00001,
        difference: 0.4,
        low: 0.32,
        high: 0.48,
      },
    ],
    chainBefore: { meanSteps: 3.5, meanTokens: 40 },
    chainAfter: { meanSteps: 2.75, meanTokens: 31 },
    totalMs: 605_000,
  };

  it('has a row for each method, the student before and the teacher, in aligned columns', () => {
    const lines = reportTable(report).split('\n');
    const rows = lines.slice(0, 7);
    expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual([
      'method',
      expect.stringMatching(/^-+$/),
      'student before',
      'answer',
      'cot',
      'feedback',
      'teacher (greedy)',
    ]);
    expect(rows[5]).toContain('49.0 % [10.0, 90.0]');
    expect(rows[2]).toContain('2.0 %');
    expect(rows[4]?.length).toBe(rows[5]?.length);
    expect(lines.join('\n')).toContain(
      'feedback against answer: +40.0 points [+32.0, +48.0] on the test split, McNemar p < 0.001.',
    );
  });
});

describe('duration', () => {
  it('chooses its unit', () => {
    expect(duration(4_400)).toBe('4 s');
    expect(duration(200_000)).toBe('3 min 20 s');
    expect(duration(7_500_000)).toBe('2 h 5 min');
  });
});
