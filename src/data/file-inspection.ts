/** Inspection: what a study on some files would use, shown to the visitor before anything starts. */

import { countByReason, type DroppedRecord } from './cleaning';
import type { FileLayout, ProblemFile } from './file-layout';
import type { Problem } from './problem';
import { collectProblems } from './problem-files';
import { countDifficulties, type DifficultyCounts } from './splits';

/** Problems shown: enough to see whether the columns are chosen right. */
const PREVIEWED_PROBLEMS = 5;
/** Dropped rows listed: more than a person mends by hand, and a message of bounded size. */
const LISTED_DROPS = 200;

export interface InspectedFile {
  readonly name: string;
  readonly layout: FileLayout;
  readonly columns: readonly string[];
  readonly rows: number;
  /** True where its problems stay test. */
  readonly isTest: boolean;
}

/** A problem as a study would use it, with its place. */
export interface PreviewedProblem {
  readonly file: string;
  readonly line: number;
  readonly problem: Problem;
}

export interface FileInspection {
  readonly files: readonly InspectedFile[];
  /** Why no study can be made of them, and what to do; empty when one can. */
  readonly obstacle: string;
  /** By difficulty: what train and validation are drawn from, and test too where there is no test file. */
  readonly problems: DifficultyCounts;
  /** By difficulty: what test is drawn from; null without a test file. */
  readonly officialTest: DifficultyCounts | null;
  /** The first problems of each file. */
  readonly preview: readonly PreviewedProblem[];
  /** Dropped rows, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** The first of them, one by one. */
  readonly droppedRecords: readonly DroppedRecord[];
  /** Problems that differ from another in little but their numbers; they stay. */
  readonly variants: number;
  /** A sentence that says what was recognised. */
  readonly summary: string;
}

/**
 * Reads files without starting anything.
 *
 * @throws Error with a sentence for the page when a file is no table of problems at all.
 */
export function inspectProblemFiles(files: readonly ProblemFile[]): FileInspection {
  const collected = collectProblems(files);
  const { problems, officialTest, dropped, obstacle, variants, summary } = collected;
  const all = [...problems, ...(officialTest ?? [])];
  const each = Math.ceil(PREVIEWED_PROBLEMS / files.length);
  return {
    files: collected.files.map(({ name, layout, columns, rows, isTest }) => ({
      name,
      layout,
      columns,
      rows,
      isTest,
    })),
    obstacle,
    problems: countDifficulties(problems.map(({ problem }) => problem)),
    officialTest:
      officialTest === null ? null : countDifficulties(officialTest.map(({ problem }) => problem)),
    preview: files.flatMap(({ name }) => all.filter(({ file }) => file === name).slice(0, each)),
    dropped: countByReason(dropped),
    droppedRecords: dropped.slice(0, LISTED_DROPS),
    variants,
    summary,
  };
}
