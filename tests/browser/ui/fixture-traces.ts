/** Made-up traces with every verdict, reason and provenance. */

import {
  PROVENANCES,
  REASONS,
  type JudgedRationale,
  type Provenance,
  type Reason,
  type StepVerdict,
  type Trace,
  type Verdict,
} from '../../../src/rationale/trace';
import type { TraceRow } from '../../../src/rationale/trace-listing';
import type { SearchableRow } from '../../../src/rationale/trace-query';
import type { StudentAnswers } from '../../../src/storage/trace-listing';
import { compareAnswers, type AnswerComparison } from '../../../src/evaluate/answer-comparison';
import { evaluateOutput } from '../../../src/evaluate/records';

function step(text: string, verdict: Verdict, reason: Reason | null, message: string): StepVerdict {
  return {
    text,
    verdict,
    reason,
    message,
    outcomes: REASONS.map((name) => ({
      reason: name,
      failed: name === reason,
      score: name === reason ? 0.25 : 1,
      message: name === reason ? message : '',
    })),
    dependsOn: [],
  };
}

const provenances: readonly Provenance[] = PROVENANCES.filter(
  (name) => name !== 'by-hand' && name !== 'continued',
);

/** The trace of one problem; its verdicts and provenance follow from its index. */
export function fixtureTrace(index: number): Trace {
  const boxes = 3 + (index % 7);
  const pears = 4 + (index % 5);
  const product = boxes * pears;
  const answer = String(product - 2);
  const goldRationale = `[${boxes}*${pears}=${product}] pears | [${product}-2=${answer}] left | #### ${answer}`;
  const reason = REASONS[index % REASONS.length] ?? 'arithmetic';
  const greedyRight = index % 3 !== 0;
  const provenance = greedyRight
    ? (provenances[index % 2] ?? 'teacher')
    : (provenances[2 + ((index / 3 + 2) % 4)] ?? 'gold');
  const flawed = step(
    `There are also [3*5=15] 15 plums`,
    'rejected',
    reason,
    'The answer does not need this step.',
  );
  const repaired: StepVerdict = {
    ...step(
      `So [${product}-2=${product - 3}] ${product - 3} are left`,
      'repaired',
      'arithmetic',
      `${product} - 2 is ${answer}, the step says ${product - 3}.`,
    ),
    replacement: `So [${product}-2=${answer}] ${answer} are left`,
  };
  const first = step(`She packs [${boxes}*${pears}=${product}] ${product} pears`, 'kept', null, '');
  const last: StepVerdict = {
    ...step(`So [${product}-2=${answer}] ${answer} are left`, 'kept', null, ''),
    dependsOn: [0],
  };
  const greedySteps = greedyRight ? [first, flawed, last] : [first, flawed, repaired];
  const judged: JudgedRationale[] = [
    {
      sample: 0,
      text: `${greedySteps.map((each) => each.text).join(' | ')} | #### ${answer}`,
      steps: greedySteps,
      accepted: greedyRight,
    },
  ];
  const samples = [
    {
      sample: 0,
      temperature: 0,
      text: judged[0]?.text ?? '',
      tokens: 41,
      answer: greedyRight ? answer : String(product - 3),
    },
  ];
  if (provenance === 'resampled' || provenance === 'hinted') {
    const text = `${first.text} | ${last.text} | #### ${answer}`;
    judged.push({ sample: 1, text, steps: [first, last], accepted: true });
    samples.push({ sample: 1, temperature: 0.7, text, tokens: 29, answer });
  }
  return {
    studyId: 'study-1',
    problemId: `pocket-7-${String(index).padStart(6, '0')}`,
    index,
    split: 'train',
    question: `Mia packs ${boxes} boxes of ${pears} pears and 3 boxes of 5 plums on day ${index + 1}. She eats 2 pears on the way. How many pears are left?`,
    goldRationale,
    goldAnswer: answer,
    difficulty: 2 + (index % 4),
    samples,
    judged,
    winnowed:
      provenance === 'none'
        ? null
        : provenance === 'gold'
          ? goldRationale
          : `${first.text} | ${last.text} | #### ${answer}`,
    provenance,
  };
}

/** The row of the list that belongs to a trace. */
export function fixtureRow(index: number): TraceRow {
  const trace = fixtureTrace(index);
  const steps = trace.judged[0]?.steps ?? [];
  const count = (verdict: Verdict) => steps.filter((each) => each.verdict === verdict).length;
  return {
    problemId: trace.problemId,
    index,
    question: trace.question,
    difficulty: trace.difficulty,
    greedyRight: trace.samples[0]?.answer === trace.goldAnswer,
    provenance: trace.provenance,
    kept: count('kept'),
    rejected: count('rejected'),
    repaired: count('repaired'),
    reasons: [...new Set(steps.flatMap((each) => each.reason ?? []))],
    students: index % 5 === 0 ? 'some-wrong' : 'not-asked',
    failedRuns: index % 5 === 0 ? ['study-1-answer'] : [],
    loop: index % 4 === 0 ? ['changed', 'failed'] : ['passed'],
  };
}

/** The same with what it is searched by. */
export function fixtureSearchableRow(index: number): SearchableRow {
  const row = fixtureRow(index);
  return { row, searchText: row.question.toLowerCase() };
}

/** Every fifth problem was asked of three students, of which the first always fails. */
export function fixtureAnswers(index: number): StudentAnswers {
  if (index % 5 !== 0) return { answers: [], asked: 480 };
  const { problemId, goldAnswer, difficulty, goldRationale } = fixtureTrace(index);
  const problem = { id: problemId, difficulty, goldAnswer };
  // A student of bare answers writes no mark before them, and is read as if it had.
  const outputs = { answer: '#### 7', cot: goldRationale, feedback: goldRationale } as const;
  return {
    asked: 480,
    answers: (['answer', 'cot', 'feedback'] as const).map((method) => ({
      run: { runId: `study-1-${method}`, method, seed: 7 },
      record: {
        ...evaluateOutput(
          problem,
          'train',
          { output: outputs[method], tokens: 12 },
          { targetTokens: 0, targetTokensRight: 0, loss: 0 },
        ),
        output: method === 'answer' ? '7' : outputs[method],
      },
    })),
  };
}

/** Two students on three problems, one of which each of them alone solves. */
export function fixtureComparedAnswers(): AnswerComparison {
  const answers = (right: readonly boolean[]) =>
    right.map((correct, index) => ({
      problemId: `p${index}`,
      question: `Which number follows ${index}?`,
      goldAnswer: String(index + 1),
      output: correct ? `#### ${index + 1}` : '#### 0',
      correct,
    }));
  return compareAnswers(answers([true, true, false]), answers([true, false, true]));
}
