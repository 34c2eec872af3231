/** Prompt templates: places filled once, and templates that cannot be used refused. */

import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { judgeRationale } from '../../../src/feedback/judge';
import { PROMPT_STYLES, promptsOfStyle, promptsSchema } from '../../../src/study/prompts';
import { parseRationale } from '../../../src/text/grammar';
import {
  hintedPrompt,
  placesOf,
  solvingPrompt,
  type TeacherPrompts,
} from '../../../src/text/prompt-template';
import { solvePrompt } from '../../../src/text/prompts';

const TRAINED = promptsOfStyle('trained');
const FEW = promptsOfStyle('few-shot');

test('the trained form is the prompt that students learn', () => {
  expect(solvingPrompt(TRAINED, 'How many?')).toBe(solvePrompt('How many?'));
});

test('a question with braces is not taken for a template', () => {
  const question = 'What is {answer} and {question} and {examples}?';
  expect(solvingPrompt(TRAINED, question)).toBe(`solve: ${question}`);
  expect(hintedPrompt(TRAINED, question, '7')).toBe(`solve: ${question} The answer is 7.`);
  const tricky = { ...FEW, examples: [{ question, rationale: '{question} | #### 1' }] };
  expect(solvingPrompt(tricky, 'Q?')).toBe(
    `Question: ${question}\nAnswer: {question} | #### 1\nQuestion: Q?\nAnswer:`,
  );
});

test('a dollar sign in a question stays a dollar sign', () => {
  expect(solvingPrompt(TRAINED, "It costs $& and $1 and $'.")).toBe(
    "solve: It costs $& and $1 and $'.",
  );
});

test('worked examples stand where the template has them, in their order', () => {
  const prompt = solvingPrompt(FEW, 'Why?');
  const places = FEW.examples.map(({ question }) => prompt.indexOf(question));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual([...places].sort((first, second) => first - second));
  expect(prompt.endsWith('Question: Why?\nAnswer:')).toBe(true);
});

test('places are listed once, in order', () => {
  expect(placesOf('{b} {a} {b} { c } {}')).toEqual(['b', 'a']);
});

describe('the styles', () => {
  test.each(PROMPT_STYLES)('%s can be used', (style) => {
    expect(v.safeParse(promptsSchema, promptsOfStyle(style)).success).toBe(true);
  });

  test('the worked examples hold: every step right and needed', () => {
    for (const { question, rationale } of FEW.examples) {
      const { answer } = parseRationale(rationale);
      const context = { question, goldRationale: rationale, goldAnswer: answer ?? '' };
      const judged = judgeRationale(rationale, context, { trimRedundant: true });
      expect(judged.accepted, rationale).toBe(true);
      expect(judged.steps.map(({ verdict }) => verdict)).not.toContain('rejected');
    }
  });
});

test.each<[string, Partial<TeacherPrompts>, RegExp]>([
  ['no question', { solve: 'solve it' }, /expected the place \{question\}/],
  [
    'an unknown place',
    { solve: '{question} {name}' },
    /takes the places \{question\}, \{examples\}/,
  ],
  ['the answer in the first prompt', { solve: '{question} {answer}' }, /and no other/],
  ['a hint without the answer', { hinted: '{question}' }, /\{question\} and \{answer\}/],
  ['a place for examples without any', { solve: '{examples} {question}' }, /give both or neither/],
  ['examples without a place', { examples: FEW.examples }, /give both or neither/],
  [
    'an example without an answer',
    { solve: '{examples} {question}', examples: [{ question: 'Q', rationale: 'no answer' }] },
    /ends in its answer/,
  ],
  ['a template that is too long', { solve: `{question}${'x'.repeat(4000)}` }, /at most 4000/],
])('refuses %s', (_, change, sentence) => {
  const parsed = v.safeParse(promptsSchema, { ...TRAINED, ...change });
  expect(parsed.success).toBe(false);
  expect(parsed.issues?.[0].message).toMatch(sentence);
});
