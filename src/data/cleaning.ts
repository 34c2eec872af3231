/** Cleaning: from records as they were written to problems, with every one left out accounted for. */

import { normalizeAnswer } from '../text/answer';
import { formatRationale, parseRationale } from '../text/grammar';
import { rationaleFromGsm8k } from '../text/gsm8k-rationale';
import { toPlainText } from '../text/plain-text';
import type { Problem, ProblemSource } from './problem';

/** Longest question in characters: four times GSM8K's longest, and about 1,000 tokens. */
export const MAXIMUM_QUESTION_LENGTH = 4_000;
/** Longest answer field in characters: six times GSM8K's longest. */
export const MAXIMUM_ANSWER_LENGTH = 8_000;

/** Why a record gave no problem. The texts are shown to people. */
export const DROP_REASONS = [
  'not JSON',
  'not a question with an answer',
  'line too long',
  'malformed row',
  'wrong number of fields',
  'empty question',
  'question too long',
  'answer too long',
  'rationale too long',
  'no final answer (####)',
  'final answer is not a number',
  'rationale and answer disagree',
  'duplicate question',
  'duplicate of a test question',
  'near-duplicate question',
  'near-duplicate of a test question',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** One line or row of a file, its shape checked and nothing else. */
export interface ProblemRecord {
  /** The line it starts on, from 1. */
  readonly line: number;
  readonly question: string;
  /** GSM8K's answer field, or a number alone. */
  readonly answer: string;
  /** The steps, a line each or with `|` between them, where a column of their own holds them. */
  readonly rationale?: string;
}

export interface DroppedRecord {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: DropReason;
  /** One sentence or excerpt that helps to find and mend the record. */
  readonly detail: string;
}

export interface CleanedProblems {
  readonly problems: readonly Problem[];
  /** The line of each problem. */
  readonly lines: readonly number[];
  readonly dropped: readonly DroppedRecord[];
}

export interface CleaningOptions {
  readonly file: string;
  readonly source: ProblemSource;
  /** The id of a problem is this, a hyphen and the line number. */
  readonly idPrefix: string;
  /** True where an answer may be a number without a `####` rationale. */
  readonly bareAnswers: boolean;
  readonly isTest: boolean;
}

/**
 * The questions met so far, by their key: shared between the files of one data set, test files first,
 * so that of equal questions the test one stays.
 */
export type SeenQuestions = Map<string, { readonly place: string; readonly isTest: boolean }>;

type Cleaned =
  { readonly problem: Problem } | { readonly reason: DropReason; readonly detail: string };

/**
 * Cleans the records of one file: plain text (see `toPlainText`), the rationale in the grammar, the
 * answer in its plain form, the first of equal questions kept. `difficulty` is the number of gold steps.
 */
export function cleanRecords(
  records: readonly ProblemRecord[],
  options: CleaningOptions,
  seen: SeenQuestions = new Map(),
): CleanedProblems {
  const problems: Problem[] = [];
  const lines: number[] = [];
  const dropped: DroppedRecord[] = [];
  for (const record of records) {
    const cleaned = cleanRecord(record, options);
    const drop = (reason: DropReason, detail: string) =>
      dropped.push({ file: options.file, line: record.line, reason, detail });
    if ('reason' in cleaned) {
      drop(cleaned.reason, cleaned.detail);
      continue;
    }
    const key = questionKey(cleaned.problem.question);
    const first = seen.get(key);
    if (first !== undefined) {
      const reason =
        first.isTest && !options.isTest ? 'duplicate of a test question' : 'duplicate question';
      drop(reason, `The same question is ${first.place}.`);
      continue;
    }
    seen.set(key, { place: `on line ${record.line} of ${options.file}`, isTest: options.isTest });
    problems.push(cleaned.problem);
    lines.push(record.line);
  }
  return { problems, lines, dropped };
}

function cleanRecord(record: ProblemRecord, options: CleaningOptions): Cleaned {
  const { line, question, answer, rationale } = record;
  if (question.length > MAXIMUM_QUESTION_LENGTH) {
    return {
      reason: 'question too long',
      detail: `${question.length} characters, at most ${MAXIMUM_QUESTION_LENGTH} are used.`,
    };
  }
  if (answer.length > MAXIMUM_ANSWER_LENGTH) {
    return {
      reason: 'answer too long',
      detail: `${answer.length} characters, at most ${MAXIMUM_ANSWER_LENGTH} are used.`,
    };
  }
  if (rationale !== undefined && rationale.length > MAXIMUM_ANSWER_LENGTH) {
    return {
      reason: 'rationale too long',
      detail: `${rationale.length} characters, at most ${MAXIMUM_ANSWER_LENGTH} are used.`,
    };
  }
  const plainQuestion = toPlainText(question);
  if (plainQuestion === '') {
    return { reason: 'empty question', detail: 'The question has no visible character.' };
  }
  const gold =
    rationale === undefined
      ? readGold(answer, options.bareAnswers)
      : readGoldInParts(rationale, answer);
  if ('reason' in gold) return gold;
  return {
    problem: {
      id: `${options.idPrefix}-${line}`,
      source: options.source,
      question: plainQuestion,
      goldRationale: gold.rationale,
      goldAnswer: gold.answer,
      difficulty: parseRationale(gold.rationale).steps.length,
    },
  };
}

type Gold =
  | { readonly rationale: string; readonly answer: string }
  | { readonly reason: DropReason; readonly detail: string };

function readGold(answerField: string, bareAnswers: boolean): Gold {
  const mark = answerField.lastIndexOf('####');
  if (mark < 0 && !bareAnswers) {
    return { reason: 'no final answer (####)', detail: excerpt(answerField) };
  }
  const written = answerField.slice(mark < 0 ? 0 : mark + 4);
  const answer = normalizeAnswer(written);
  if (answer === null) {
    return { reason: 'final answer is not a number', detail: excerpt(written) };
  }
  if (mark < 0) return { rationale: formatRationale([], answer), answer };
  return { rationale: plainRationale(answerField, answer), answer };
}

/** Steps and final answer from columns of their own; either may carry GSM8K's `####`, and then they must agree. */
function readGoldInParts(rationaleField: string, answerField: string): Gold {
  const answerMark = answerField.lastIndexOf('####');
  const written = answerField.slice(answerMark < 0 ? 0 : answerMark + 4);
  const answer = normalizeAnswer(written);
  if (answer === null) {
    return { reason: 'final answer is not a number', detail: excerpt(written) };
  }
  const mark = rationaleField.lastIndexOf('####');
  const stated = mark < 0 ? answer : normalizeAnswer(rationaleField.slice(mark + 4));
  if (stated !== answer) {
    const detail = `The rationale ends in ${excerpt(rationaleField.slice(mark))}, the answer is ${answer}.`;
    return { reason: 'rationale and answer disagree', detail };
  }
  const steps = (mark < 0 ? rationaleField : rationaleField.slice(0, mark))
    .replaceAll('|', '\n')
    // This project's own way of writing an equation, which GSM8K's would read as prose in brackets.
    .replace(/\[([^[\]<>=]+)=([^[\]<>=]+)\]/g, (equation, left: string, right: string) =>
      /\d/.test(left) && /\d/.test(right) ? `<<${left}=${right}>>` : equation,
    );
  return { rationale: plainRationale(`${steps}\n#### ${answer}`, answer), answer };
}

/** A GSM8K answer field in the grammar and in plain text. */
function plainRationale(answerField: string, answer: string): string {
  // The mapping comes first: plain text would read the `<<` of an annotation as "less than".
  const { steps } = parseRationale(rationaleFromGsm8k(answerField).rationale);
  const texts = steps.map(({ text }) => toPlainText(text));
  return formatRationale(texts, answer);
}

/** How many were dropped, by reason, in the order of `DROP_REASONS`; reasons that never occurred are absent. */
export function countByReason(dropped: readonly DroppedRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of DROP_REASONS) {
    const count = dropped.filter((record) => record.reason === reason).length;
    if (count > 0) counts[reason] = count;
  }
  return counts;
}

/** Questions that differ only in case, punctuation and spacing are the same question; digits and signs count. */
export function questionKey(question: string): string {
  return question
    .toLowerCase()
    .replace(/(?:[^\p{L}\p{N}$%+*/=.-]|\.(?!\d))+/gu, ' ')
    .trim();
}

function excerpt(text: string): string {
  const plain = toPlainText(text.slice(0, 400));
  return plain.length > 80 ? `${plain.slice(0, 80)}...` : plain;
}
