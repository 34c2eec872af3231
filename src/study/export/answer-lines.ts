/** Every answer of a study as flat records with the same columns: one for each subject, way of answering and problem. */

import { SPLIT_NAMES, type SplitName } from '../../data/problem';
import type { ComparableAnswer } from '../../evaluate/answer-comparison';
import { decodingName, type Decoding } from '../../evaluate/decoding';
import type { Stores } from '../../storage/stores';
import type { StudySnapshot } from '../snapshot';
import { STUDENT_BEFORE, subjectsOf, TEACHER } from '../subjects';

/** Columns keep their names and types from line to line, as `datasets` and `pandas` expect; nothing is null. */
export interface AnswerLine {
  /** `teacher`, `student` (before training) or the method of a trained student. */
  readonly subject: string;
  /** `greedy`, or another way of answering such as `majority-of-5-calculator`. */
  readonly decoding: string;
  readonly split: SplitName;
  readonly problem_id: string;
  readonly question: string;
  readonly gold_answer: string;
  readonly difficulty: number;
  readonly output: string;
  /** The number after `####`; empty where there is none. */
  readonly answer: string;
  readonly correct: boolean;
  /** Whether the answer is right where the last number of an output without `####` counts too. */
  readonly correct_flexibly: boolean;
  readonly well_formed: boolean;
  readonly steps: number;
  readonly tokens: number;
  /** Answers of all drawn outputs, empty texts among them; empty where the output is greedy. */
  readonly drawn_answers: readonly string[];
  /** Gold target tokens under teacher forcing, how many were predicted, and their loss in nats; 0 where not asked. */
  readonly target_tokens: number;
  readonly target_tokens_right: number;
  readonly loss: number;
}

const GREEDY: Decoding = { samples: 1, calculator: false };

/** The answers of a study, subject by subject. */
export async function* answerLines(
  stores: Pick<Stores, 'problems' | 'evaluations' | 'runs'>,
  { studyId, configuration }: Pick<StudySnapshot, 'studyId' | 'configuration'>,
): AsyncGenerator<AnswerLine> {
  const problems = new Map(
    (await Promise.all(SPLIT_NAMES.map((split) => stores.problems.read(studyId, split))))
      .flat()
      .map((problem) => [problem.id, problem]),
  );
  const runs = await stores.runs.ofStudy(studyId);
  for (const { name, run, splits, decoding } of subjectsOf(runs, configuration)) {
    for (const split of splits) {
      for (const { records } of await stores.evaluations.read(studyId, name, split)) {
        for (const record of records) {
          const problem = problems.get(record.problemId);
          yield {
            subject: run?.method ?? (name === TEACHER ? TEACHER : STUDENT_BEFORE),
            decoding: decodingName(decoding ?? GREEDY),
            split,
            problem_id: record.problemId,
            question: problem?.question ?? '',
            gold_answer: problem?.goldAnswer ?? '',
            difficulty: record.difficulty,
            output: record.output,
            answer: record.answer ?? '',
            correct: record.correct,
            correct_flexibly: record.correctFlexibly ?? record.correct,
            well_formed: record.wellFormed,
            steps: record.steps,
            tokens: record.tokens,
            drawn_answers: (record.drawnAnswers ?? []).map((answer) => answer ?? ''),
            target_tokens: record.targetTokens,
            target_tokens_right: record.targetTokensRight,
            loss: record.loss,
          };
        }
      }
    }
  }
}

/** The same as a file of JSON lines. */
export async function exportAnswers(stores: Stores, studyId: string): Promise<Blob> {
  const study = await stores.studies.read(studyId);
  if (study === null) {
    throw new Error('This study is not in this browser any more. Choose another one.');
  }
  const lines: string[] = [];
  for await (const line of answerLines(stores, study)) lines.push(`${JSON.stringify(line)}\n`);
  return new Blob(lines, { type: 'application/jsonl' });
}

/** A run of a study. */
export interface RunName {
  readonly studyId: string;
  readonly runId: string;
}

/** What a run answered to the test problems, greedily. */
export async function testAnswers(
  stores: Pick<Stores, 'problems' | 'evaluations'>,
  { studyId, runId }: RunName,
): Promise<ComparableAnswer[]> {
  const problems = await stores.problems.read(studyId, 'test');
  const byId = new Map(problems.map((problem) => [problem.id, problem]));
  const batches = await stores.evaluations.read(studyId, runId, 'test');
  return batches.flatMap(({ records }) =>
    records.flatMap(({ problemId, output, correct }) => {
      const problem = byId.get(problemId);
      if (problem === undefined) return [];
      const { question, goldAnswer } = problem;
      return [{ problemId, question, goldAnswer, output, correct }];
    }),
  );
}
