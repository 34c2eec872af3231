/** Problem files: what a visitor picked or dropped, recognised, read and cleaned, or refused with the reason. */

import {
  cleanRecords,
  countByReason,
  type DroppedRecord,
  type ProblemRecord,
  type SeenQuestions,
} from './cleaning';
import { readProblemLines } from './gsm8k';
import type { Problem } from './problem';

/** Most files at once; a data set is one to three. */
export const MAXIMUM_FILES = 16;

export interface ReadProblemFiles {
  /** What train and validation are drawn from, and test too where there is no official one. */
  readonly problems: readonly Problem[];
  /** The problems of files named `test`, which stay test; null without such a file. */
  readonly officialTest: readonly Problem[] | null;
  /** Dropped problems by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** The same, one by one. */
  readonly droppedRecords: readonly DroppedRecord[];
  /** One or two sentences that say what was recognised. */
  readonly message: string;
}

/** One file, its lines read and its kind recognised. */
interface RecognisedFile {
  readonly name: string;
  readonly source: 'gsm8k' | 'own';
  readonly isTest: boolean;
  readonly records: readonly ProblemRecord[];
  readonly dropped: readonly DroppedRecord[];
}

/**
 * Reads JSON Lines files of `question` and `answer`: GSM8K's own (recognised by its `<<48/2=24>>`
 * annotations and `train` or `test` in the file name), or a person's, whose answers are rationales that
 * end in `#### 72` or plain numbers. A file with `test` in its name stays test.
 *
 * @throws Error with a sentence for the page when a file is anything else, or when nothing usable is left.
 */
export function readProblemFiles(
  files: readonly { readonly name: string; readonly text: string }[],
): ReadProblemFiles {
  if (files.length === 0 || files.length > MAXIMUM_FILES) {
    throw new Error(`Choose one to ${MAXIMUM_FILES} files; ${files.length} were given.`);
  }
  const recognised = files.map(({ name, text }) => recognise(name, text));
  refuseTwins(recognised);
  const seen: SeenQuestions = new Map();
  const droppedRecords = recognised.flatMap(({ dropped }) => dropped);
  const clean = (isTest: boolean): Problem[] =>
    recognised.flatMap((file, index) => {
      if (file.isTest !== isTest) return [];
      const { name, source, records } = file;
      const idPrefix =
        source === 'own' ? `own-${index + 1}` : isTest ? 'gsm8k-test' : 'gsm8k-train';
      const bareAnswers = source === 'own';
      const options = { file: name, source, idPrefix, bareAnswers, isTest };
      const { problems, dropped } = cleanRecords(records, options, seen);
      droppedRecords.push(...dropped);
      return [...problems];
    });
  // Test first: of equal questions the one met first stays.
  const officialTest = recognised.some(({ isTest }) => isTest) ? clean(true) : null;
  const problems = clean(false);
  const dropped = countByReason(droppedRecords);
  if (problems.length === 0 || officialTest?.length === 0) {
    const set = problems.length === 0 ? 'train on' : 'test on';
    throw new Error(
      `The files hold no usable problem to ${set}. ${describeDropped(dropped)} Choose a file of problems to train on, and a test file only beside it.`,
    );
  }
  return {
    problems,
    officialTest,
    dropped,
    droppedRecords,
    message: describe(recognised, problems.length, officialTest?.length ?? null, dropped),
  };
}

function recognise(name: string, text: string): RecognisedFile {
  const { records, dropped } = readProblemLines(text, name);
  if (records.length === 0 || dropped.length > records.length) {
    const first = dropped[0];
    const found =
      first === undefined
        ? 'it is empty'
        : `line ${first.line} is ${first.reason} (${first.detail})`;
    throw new Error(
      `${name} is not a file of problems: ${found}. Expected JSON Lines, one {"question": "...", "answer": "... #### 72"} a line, such as GSM8K's train.jsonl.`,
    );
  }
  const named = /(?:^|[^a-z])(train|test)(?:[^a-z]|$)/i.exec(name)?.[1]?.toLowerCase();
  const annotated = records.some(({ answer }) => /<<[^<>]*>>/.test(answer));
  const source = annotated && named !== undefined ? 'gsm8k' : 'own';
  return { name, source, isTest: named === 'test', records, dropped };
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

function describe(
  files: readonly RecognisedFile[],
  problems: number,
  officialTest: number | null,
  dropped: Readonly<Record<string, number>>,
): string {
  const kinds = new Set(files.map(({ source }) => source));
  const kind = kinds.size === 2 ? 'GSM8K and own' : kinds.has('gsm8k') ? 'GSM8K' : 'Own';
  const use =
    officialTest === null
      ? `${problems} problems, from which train, validation and test are drawn.`
      : `${problems} problems for train and validation, ${officialTest} in the test set.`;
  return `${kind} problems: ${use} ${describeDropped(dropped)}`;
}

function describeDropped(dropped: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(dropped).map(([reason, count]) => `${count} ${reason}`);
  return reasons.length === 0 ? 'Nothing was dropped.' : `Dropped: ${reasons.join(', ')}.`;
}
