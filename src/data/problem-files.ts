/** Problem files: what a visitor picked or dropped, recognised, read and cleaned, or refused with the reason. */

import {
  cleanRecords,
  countByReason,
  type DroppedRecord,
  type DropReason,
  type SeenQuestions,
} from './cleaning';
import type { ProblemFile } from './file-layout';
import { MAXIMUM_FILES } from './file-limits';
import { findNearDuplicates } from './near-duplicates';
import { openProblemFile, type OpenedFile } from './open-file';
import type { Problem } from './problem';

/** A problem and where it was written. */
export interface PlacedProblem {
  readonly problem: Problem;
  readonly file: string;
  readonly line: number;
}

/** One file, opened and its kind recognised. */
export interface RecognisedFile extends OpenedFile {
  readonly source: 'gsm8k' | 'own';
  /** True where `test` is in its name: its problems stay test. */
  readonly isTest: boolean;
}

/** All there is in a set of files, usable or not. */
export interface CollectedProblems {
  readonly files: readonly RecognisedFile[];
  /** What train and validation are drawn from, and test too where there is no official one. */
  readonly problems: readonly PlacedProblem[];
  /** The problems of files named `test`, which stay test; null without such a file. */
  readonly officialTest: readonly PlacedProblem[] | null;
  readonly dropped: readonly DroppedRecord[];
  /** Problems that differ from an earlier one, or a test one, in little but their numbers; they stay. */
  readonly variants: number;
  /** Why no study can be made of them, and what to do; empty when one can. */
  readonly obstacle: string;
  /** A sentence that says what was recognised. */
  readonly summary: string;
}

export interface ReadProblemFiles {
  readonly problems: readonly Problem[];
  readonly officialTest: readonly Problem[] | null;
  /** Dropped problems by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** The same, one by one. */
  readonly droppedRecords: readonly DroppedRecord[];
  /** The files with their layouts settled, to be read again in exactly this way. */
  readonly settledFiles: readonly ProblemFile[];
  /** One or two sentences that say what was recognised and what was dropped. */
  readonly message: string;
}

/**
 * Reads files of problems: GSM8K's own (recognised by its `<<48/2=24>>` annotations and `train` or `test`
 * in the file name), or a person's as JSON Lines or CSV, whose answers are rationales that end in
 * `#### 72`, or numbers with or without a rationale of their own. A file with `test` in its name stays
 * test.
 *
 * @throws Error with a sentence for the page when a file is anything else, or when nothing usable is left.
 */
export function readProblemFiles(files: readonly ProblemFile[]): ReadProblemFiles {
  const collected = collectProblems(files);
  if (collected.obstacle !== '') throw new Error(collected.obstacle);
  const { problems, officialTest, dropped: droppedRecords, summary } = collected;
  const dropped = countByReason(droppedRecords);
  return {
    problems: problems.map(({ problem }) => problem),
    officialTest: officialTest?.map(({ problem }) => problem) ?? null,
    dropped,
    droppedRecords,
    settledFiles: files.map(({ name, text }, index) => {
      const layout = collected.files[index]?.layout;
      return layout === undefined ? { name, text } : { name, text, layout };
    }),
    message: `${summary} ${describeDropped(dropped)}`,
  };
}

/**
 * The same for looking at: files that lack a column, or hold nothing usable, come with the obstacle.
 *
 * @throws Error with a sentence for the page when a file is no table of problems at all.
 */
export function collectProblems(files: readonly ProblemFile[]): CollectedProblems {
  if (files.length === 0 || files.length > MAXIMUM_FILES) {
    throw new Error(`Choose one to ${MAXIMUM_FILES} files; ${files.length} were given.`);
  }
  const names = files.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new Error(
      `Two files are called ${repeated}. Rename one, so that lines can be told apart.`,
    );
  }
  const recognised = files.map((file) => recognise(openProblemFile(file)));
  refuseTwins(recognised);
  const seen: SeenQuestions = new Map();
  const dropped = recognised.flatMap((file) => file.dropped);
  // Test first: of equal questions the one met first stays.
  const test = clean(recognised, true, seen, dropped);
  const cleaned = clean(recognised, false, seen, dropped);
  const { problems, variants } = dropNearDuplicates(test, cleaned, dropped);
  const officialTest = recognised.some(({ isTest }) => isTest) ? test : null;
  const unsettled = recognised.find(({ problem }) => problem !== '');
  let obstacle = unsettled?.problem ?? '';
  if (obstacle === '' && (problems.length === 0 || officialTest?.length === 0)) {
    const set = problems.length === 0 ? 'train on' : 'test on';
    obstacle = `The files hold no usable problem to ${set}. ${describeDropped(countByReason(dropped))} Choose a file of problems to train on, and a test file only beside it.`;
  }
  return {
    files: recognised,
    problems,
    officialTest,
    dropped: dropped.sort((first, second) => placeOrder(recognised, first, second)),
    variants,
    obstacle,
    summary: describe(recognised, problems.length, officialTest?.length ?? null),
  };
}

function recognise(file: OpenedFile): RecognisedFile {
  const named = /(?:^|[^a-z])(train|test)(?:[^a-z]|$)/i.exec(file.name)?.[1]?.toLowerCase();
  const annotated =
    file.layout.columns.rationale === null &&
    file.records.some(({ answer }) => /<<[^<>]*>>/.test(answer));
  const source = annotated && named !== undefined ? 'gsm8k' : 'own';
  return { ...file, source, isTest: named === 'test' };
}

/** Two GSM8K files for the same split would give two problems one id. */
function refuseTwins(files: readonly RecognisedFile[]): void {
  for (const isTest of [false, true]) {
    const twins = files.filter((file) => file.source === 'gsm8k' && file.isTest === isTest);
    if (twins.length < 2) continue;
    const names = twins.map(({ name }) => name).join(' and ');
    throw new Error(
      `${names} are both GSM8K's ${isTest ? 'test' : 'train'} file. Choose one of them.`,
    );
  }
}

/** The problems of the test files, or of the others; `dropped` takes the rest. */
function clean(
  files: readonly RecognisedFile[],
  isTest: boolean,
  seen: SeenQuestions,
  dropped: DroppedRecord[],
): PlacedProblem[] {
  return files.flatMap((file, index) => {
    if (file.isTest !== isTest) return [];
    const { name, source, records } = file;
    const idPrefix = source === 'own' ? `own-${index + 1}` : isTest ? 'gsm8k-test' : 'gsm8k-train';
    const bareAnswers = source === 'own';
    const options = { file: name, source, idPrefix, bareAnswers, isTest };
    const cleaned = cleanRecords(records, options, seen);
    for (const record of cleaned.dropped) dropped.push(record);
    return cleaned.problems.map((problem, at) => ({
      problem,
      file: name,
      line: cleaned.lines[at] ?? 0,
    }));
  });
}

/**
 * Drops the problems that repeat a test problem, or an earlier one, in other words: any two problems that
 * are not test may come to lie in different splits, whatever the seed.
 */
function dropNearDuplicates(
  test: readonly PlacedProblem[],
  problems: readonly PlacedProblem[],
  dropped: DroppedRecord[],
): { problems: PlacedProblem[]; variants: number } {
  const questions = (list: readonly PlacedProblem[]) => list.map(({ problem }) => problem.question);
  const { duplicates, variants } = findNearDuplicates(questions(test), questions(problems));
  const leaking = new Set<number>();
  for (const { index, original, overlap } of duplicates) {
    const found = problems[index];
    const first = (original.isTest ? test : problems)[original.index];
    if (found === undefined || first === undefined) continue;
    leaking.add(index);
    const reason: DropReason = original.isTest
      ? 'near-duplicate of a test question'
      : 'near-duplicate question';
    const detail = `${Math.floor(overlap * 100)} % of its 8-word phrases, and its numbers, are on line ${first.line} of ${first.file}.`;
    dropped.push({ file: found.file, line: found.line, reason, detail });
  }
  return { problems: problems.filter((_, index) => !leaking.has(index)), variants };
}

function placeOrder(
  files: readonly RecognisedFile[],
  first: DroppedRecord,
  second: DroppedRecord,
): number {
  const place = ({ file }: DroppedRecord) => files.findIndex(({ name }) => name === file);
  return place(first) - place(second) || first.line - second.line;
}

function describe(
  files: readonly RecognisedFile[],
  problems: number,
  officialTest: number | null,
): string {
  const kinds = new Set(files.map(({ source }) => source));
  const kind = kinds.size === 2 ? 'GSM8K and own' : kinds.has('gsm8k') ? 'GSM8K' : 'Own';
  const use =
    officialTest === null
      ? `${problems} problems, from which train, validation and test are drawn.`
      : `${problems} problems for train and validation, ${officialTest} in the test set.`;
  return `${kind} problems: ${use}`;
}

function describeDropped(dropped: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(dropped).map(([reason, count]) => `${count} ${reason}`);
  return reasons.length === 0 ? 'Nothing was dropped.' : `Dropped: ${reasons.join(', ')}.`;
}
