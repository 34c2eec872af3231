/** Which teachers and students may be chosen together, and what is said of the others. */

import * as v from 'valibot';
import { expect, test } from 'vitest';
import { modelLabel, modelsSchema, type TransformersChoice } from '../../../src/study/model-choice';
import { PUBLIC_HUBS } from '../../../src/weights/hub/artefact';

const pocket = { source: 'pocket' } as const;
const flan = { source: 'listed', id: 'flan-t5-small-q8_0' } as const;
const language: TransformersChoice = {
  source: 'transformers',
  repository: 'owner/name',
  revision: 'main',
  dtype: 'q4',
  task: 'text-generation',
};

function complaint(teacher: unknown, student: unknown): string {
  const parsed = v.safeParse(modelsSchema, { teacher, student, hubs: PUBLIC_HUBS });
  return parsed.success ? '' : parsed.issues[0].message;
}

test.each([
  ['the pocket pair', pocket, pocket],
  ['two of flan-t5', flan, flan],
  ['a language model and the pocket student', language, pocket],
  ['a language model and a flan student', language, flan],
  ['the other task', { ...language, task: 'text2text-generation', dtype: 'fp16' }, flan],
])('%s fit', (_name, teacher, student) => {
  expect(complaint(teacher, student)).toBe('');
});

test.each([
  [pocket, flan, /share a vocabulary/],
  [flan, pocket, /share a vocabulary/],
  [language, language, /it has to be a T5.*a model of transformers\.js can only teach/],
  [{ ...language, dtype: 'q3' }, flan, /one of fp32, fp16, q8.* as the number format/],
  [{ ...language, task: 'fill-mask' }, flan, /one of text-generation, text2text-generation/],
  [{ ...language, repository: '../name' }, flan, /owner\/name/],
  [{ ...language, revision: 'a/b' }, flan, /commit, branch or tag/],
])('%j does not teach %j', (teacher, student, sentence) => {
  expect(complaint(teacher, student)).toMatch(sentence);
});

test('its label says where it comes from', () => {
  expect(modelLabel(language)).toBe('owner/name (q4, through transformers.js, unverified)');
});
