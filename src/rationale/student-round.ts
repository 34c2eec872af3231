/** What the student made of one problem's rationale after a round of training: a part of the trace's history. */

import * as v from 'valibot';

const text = v.string();
const value = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const studentRoundSchema = v.object({
  /** The method whose student it is. */
  method: text,
  /** The round of training it follows, counted from 1. */
  round: v.pipe(count, v.minValue(1)),
  /** What that round taught, and the student was forced along. */
  rationale: text,
  /** One for each step of it. */
  steps: v.array(
    v.object({
      text,
      /** Mean negative log-likelihood of a token of the step, in nats. */
      loss: value,
      /** What the student wrote by itself after the steps before this one, greedily. */
      continuation: text,
      /** Whether that gives the step's result; null where it has none. */
      reached: v.nullable(v.boolean()),
    }),
  ),
  /** What the teacher wrote after the steps before the first failed one; null before it was asked, empty where nothing failed. */
  continuations: v.nullable(
    v.array(
      v.object({
        text,
        /** Number of generated tokens, the end token included. */
        tokens: count,
        /** The whole chain that is left of it after judging; null where that is not verified. */
        rationale: v.nullable(text),
        /** The logarithm of that chain's probability for the student; null before it was asked, or where nothing is left. */
        logProbability: v.nullable(value),
      }),
    ),
  ),
  /** What the next round teaches, with a weight for each step; null until the whole round is examined. */
  next: v.nullable(v.object({ rationale: text, weights: v.array(value) })),
});

export type StudentRound = v.InferOutput<typeof studentRoundSchema>;
export type StudentStep = StudentRound['steps'][number];
export type TeacherContinuation = NonNullable<StudentRound['continuations']>[number];

const studentRoundsSchema = v.optional(v.array(studentRoundSchema), []);

/**
 * The rounds of a stored trace, in the order they happened; traces of earlier versions have none.
 *
 * @throws Error when what is stored is something else
 */
export function studentRounds(trace: {
  readonly problemId: string;
  readonly studentRounds?: unknown;
}): StudentRound[] {
  const parsed = v.safeParse(studentRoundsSchema, trace.studentRounds);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(
    `Trace of problem ${trace.problemId}: expected the student's rounds, found something else at ${v.getDotPath(issue) ?? 'their list'}: ${issue.message}. The study's record is damaged; start the study again.`,
  );
}

/** The index of the first step that the student failed at; null where it reached every result. */
export function firstFailure({ steps }: Pick<StudentRound, 'steps'>): number | null {
  const index = steps.findIndex(({ reached }) => reached === false);
  return index < 0 ? null : index;
}

/** What a round after the first teaches for a problem: as the latest examination before it decided. */
export function taughtAfter(
  rounds: readonly StudentRound[],
  method: string,
  round: number,
): StudentRound['next'] {
  const latest = rounds.findLast(
    (each) => each.method === method && each.round < round && each.next !== null,
  );
  return latest?.next ?? null;
}
