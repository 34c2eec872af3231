/** What each method trains on. */

import { expect, test } from 'vitest';
import type { Problem } from '../../../src/data/problem';
import { buildExamples, goldTarget, methodPrompt } from '../../../src/distill/examples';
import type { Trace } from '../../../src/rationale/trace';
import type { Method } from '../../../src/study/methods';
import { gradeOutput } from '../../../src/study/grading';
import type { Tokenizer } from '../../../src/text/tokenizer';

const characters: Tokenizer = {
  files: { tokenizer: null, configuration: null },
  vocabularySize: 200,
  padId: 0,
  endId: 1,
  unknownId: 2,
  encode: (text) => [...Array.from(text, (letter) => letter.charCodeAt(0)), 1],
  decode: (ids) => String.fromCharCode(...ids.filter((id) => id > 2)),
};

function trace(index: number, patch: Partial<Trace>): Trace {
  return {
    studyId: 's',
    problemId: `p${index}`,
    index,
    split: 'train',
    question: 'q?',
    goldRationale: 'gold | #### 3',
    goldAnswer: '3',
    difficulty: 1,
    samples: [{ sample: 0, temperature: 0, text: 'said [1+2=4] | #### 4', tokens: 5, answer: '4' }],
    judged: [],
    winnowed: 'said [1+2=3] | #### 3',
    provenance: 'teacher-trimmed',
    ...patch,
  };
}

async function* each(traces: readonly Trace[]): AsyncGenerator<Trace> {
  await Promise.resolve();
  yield* traces;
}

const limits = { maximumInputTokens: 40, maximumTargetTokens: 40, trimRedundant: true };

async function texts(method: Method, traces: readonly Trace[]) {
  const { examples, leftOut } = await buildExamples(method, each(traces), characters, limits);
  return {
    pairs: examples.map(({ input, target }) => [
      characters.decode(input),
      characters.decode(target),
    ]),
    leftOut,
  };
}

test('a target that the tokenizer changes is listed and left out', async () => {
  const lossy: Tokenizer = {
    ...characters,
    decode: (ids) => characters.decode(ids).replaceAll('~', '-'),
  };
  const traces = [trace(0, {}), trace(1, { winnowed: 'so ~3 | #### 3' })];
  const set = await buildExamples('feedback', each(traces), lossy, limits);
  expect(set.examples).toHaveLength(1);
  expect(set.leftOut).toEqual({ 'the tokenizer changes the target': 1 });
  expect(set.damaged.map(({ problemId }) => problemId)).toEqual(['p1']);
  expect(set.damaged[0]?.sentence).toContain('"~3 | #### 3" comes back as "-3');
});

test('each method has its own prompt and target', async () => {
  const traces = [trace(0, {})];
  expect((await texts('answer', traces)).pairs).toEqual([['answer: q?', '4']]);
  expect((await texts('cot', traces)).pairs).toEqual([['solve: q?', 'said [1+2=4] | #### 4']]);
  expect((await texts('feedback', traces)).pairs).toEqual([['solve: q?', 'said [1+2=3] | #### 3']]);
});

test('a later round teaches what the student’s examination before it decided, step by step weighted', async () => {
  const next = { rationale: 'ab | c | #### 3', weights: [2, 0.5] };
  const round = { method: 'feedback', round: 1, rationale: '', steps: [], continuations: [], next };
  const traces = [trace(0, { studentRounds: [round] }), trace(1, {})];
  const made = async (number: number) =>
    (await buildExamples('feedback', each(traces), characters, limits, number)).examples;
  const [first] = await made(1);
  expect(characters.decode(first?.target ?? [])).toBe('said [1+2=3] | #### 3');
  expect(first?.weights).toBeUndefined();
  const [examined, other] = await made(2);
  expect(characters.decode(examined?.target ?? [])).toBe('ab | c | #### 3');
  // "ab |", " c |", and the answer with the end token.
  expect(examined?.weights).toEqual([
    2,
    2,
    2,
    2,
    0.5,
    0.5,
    0.5,
    0.5,
    ...new Array<number>(8).fill(1),
  ]);
  expect(other?.weights).toBeUndefined();
});

test('a problem without a target is left out and counted', async () => {
  const silent = trace(1, {
    samples: [{ sample: 0, temperature: 0, text: ' ', tokens: 1, answer: null }],
    winnowed: null,
    provenance: 'none',
  });
  for (const method of ['answer', 'cot', 'feedback'] as const) {
    const { pairs, leftOut } = await texts(method, [trace(0, {}), silent]);
    expect(pairs).toHaveLength(1);
    expect(Object.values(leftOut)).toEqual([1]);
  }
});

test('what is too long is left out whole, never cut', async () => {
  const longQuestion = trace(0, { question: 'q'.repeat(40) });
  const longTarget = trace(1, { winnowed: 'w'.repeat(40) });
  const { examples, leftOut, targetTokens, inputTokens } = await buildExamples(
    'feedback',
    each([longQuestion, longTarget, trace(2, {})]),
    characters,
    limits,
  );
  expect(leftOut).toEqual({
    'the question has more than 40 tokens': 1,
    'the target has more than 40 tokens': 1,
  });
  expect(examples).toHaveLength(1);
  expect(targetTokens).toBe('said [1+2=3] | #### 3'.length + 1);
  expect(inputTokens).toBe('solve: q?'.length + 1);
});

const problem: Problem = {
  id: 'p',
  source: 'own',
  question: 'q?',
  goldRationale: 'gold | #### 3',
  goldAnswer: '3',
  difficulty: 2,
};

test('losses are measured on the gold answer or the gold rationale', () => {
  expect(goldTarget('answer', problem)).toBe('3');
  expect(goldTarget('cot', problem)).toBe('gold | #### 3');
  expect(methodPrompt('answer', 'q?')).toBe('answer: q?');
  expect(methodPrompt('feedback', 'q?')).toBe('solve: q?');
});

test('the answer method may write a bare number; the others need the mark', () => {
  const grade = (method: 'answer' | 'cot', text: string) => {
    const { correct, wellFormed, steps, output } = gradeOutput(
      problem,
      'test',
      method,
      { text, tokens: 2 },
      null,
    );
    return { correct, wellFormed, steps, output };
  };
  expect(grade('answer', '3')).toEqual({ correct: true, wellFormed: true, steps: 0, output: '3' });
  expect(grade('answer', '4')).toMatchObject({ correct: false, wellFormed: true });
  expect(grade('answer', 'no idea')).toMatchObject({ correct: false, wellFormed: false });
  expect(grade('cot', '3')).toMatchObject({ correct: false, wellFormed: false });
  expect(grade('cot', 'a [1+2=3] | #### 3')).toMatchObject({
    correct: true,
    wellFormed: true,
    steps: 1,
  });
});

test('what teacher forcing measured is carried into the record', () => {
  const score = { logProbability: -2.5, tokens: 4, correct: 3 };
  const record = gradeOutput(problem, 'test', 'cot', { text: '', tokens: 1 }, score);
  expect(record).toMatchObject({ targetTokens: 4, targetTokensRight: 3, loss: 2.5 });
});

test('soft methods train on the same, and an answer stands after the reasoning that led to it', async () => {
  const traces = [trace(0, {}), trace(1, { samples: [], winnowed: null })];
  for (const method of ['answer', 'cot', 'feedback'] as const) {
    expect(await texts(`${method}-soft`, traces)).toEqual(await texts(method, traces));
  }
  const origins = async (method: Method) =>
    (await buildExamples(method, each(traces), characters, limits)).origins;
  expect(await origins('answer-soft')).toEqual([
    { trace: 0, question: 'q?', before: 'said [1+2=4] | ####' },
  ]);
  expect(await origins('feedback-soft')).toEqual([{ trace: 0, question: 'q?', before: '' }]);
});

test('the ablations take one part of the feedback away each', async () => {
  const right = {
    sample: 0,
    temperature: 0,
    text: 'a  [1+2=3]  | #### 3.0',
    tokens: 5,
    answer: '3.0',
  };
  const wrongStep = { ...right, text: 'a [1+2=4] | #### 3', answer: '3' };
  const wrongAnswer = { ...right, text: 'a [1+1=2] | #### 2', answer: '2' };
  const question = 'one 1, two 2?';
  const traces = [
    trace(0, { question, samples: [right], winnowed: 'a [1+2=3] 3 | #### 3' }),
    trace(1, { question, samples: [wrongStep, { ...right, sample: 1 }] }),
    trace(2, { question, samples: [wrongAnswer, { ...right, hinted: true }], winnowed: null }),
  ];
  const written = async (method: Method) =>
    (await texts(method, traces)).pairs.map(([, text]) => text);
  expect(await written('cot-answer-filter')).toEqual([
    'a [1+2=3] | #### 3.0',
    'a [1+2=4] | #### 3',
  ]);
  expect(await written('rules-only')).toEqual([
    'a [1+2=3] | #### 3',
    'a [1+2=3] | #### 3',
    // The rules do not know that two is not the answer.
    'a [1+1=2] | #### 2',
  ]);
  expect(await written('equation-only')).toEqual(['[1+2=3] | #### 3', '[1+2=3] | #### 3']);
  const problem: Problem = {
    id: 'p',
    source: 'pocket',
    question,
    goldRationale: 'a [1+2=3] 3 | #### 3',
    goldAnswer: '3',
    difficulty: 1,
  };
  expect(goldTarget('equation-only', problem)).toBe('[1+2=3] | #### 3');
  expect(methodPrompt('rules-only', 'q')).toBe(methodPrompt('feedback', 'q'));
});

test('cot-diverse trains on every different rationale with the right answer, the greedy one among them', async () => {
  const sample = (number: number, text: string, answer: string | null) => ({
    sample: number,
    temperature: number === 0 ? 0 : 0.7,
    text,
    tokens: 5,
    answer,
  });
  const greedy = sample(0, 'a [1+2=3] | #### 3', '3');
  const traces = [
    trace(0, {
      samples: [greedy, sample(1, 'sampled for the feedback | #### 3', '3')],
      diverse: [
        sample(1, 'a  [1+2=3] | #### 3', '3'),
        sample(2, 'b [2+1=3] | #### 3', '3.0'),
        sample(3, 'b [2+2=4] | #### 4', '4'),
        sample(4, 'c'.repeat(40), '3'),
        sample(5, 'no answer', null),
      ],
    }),
    trace(1, { diverse: [sample(1, 'wrong | #### 5', '5')] }),
    trace(2, { diverse: [sample(1, 'now right | #### 3', '3')] }),
  ];
  const set = await buildExamples('cot-diverse', each(traces), characters, limits);
  expect(set.examples.map(({ target }) => characters.decode(target))).toEqual([
    'a [1+2=3] | #### 3',
    'b [2+1=3] | #### 3',
    'now right | #### 3',
  ]);
  expect(set.problemIds).toEqual(['p0', 'p0', 'p2']);
  expect(set.leftOut).toEqual({
    'the target has more than 40 tokens': 1,
    'no answer of the teacher is right': 1,
  });
  // Nobody else reads the further samples.
  expect((await texts('cot-answer-filter', traces)).pairs).toHaveLength(1);
});
