/** Questions of a visitor's own: heard token by token, judged step by step without gold, and stopped. */

import { expect, test } from 'vitest';
import { askStudent, readLive } from '../../../src/study/asking';
import type { LiveAnswer } from '../../../src/study/live-answer';
import type { Student } from '../../../src/study/models';
import { presetConfiguration } from '../../../src/study/presets';
import { createTokenizer } from '../../../src/text/tokenizer';
import { SMALL_CONFIG, smallTokenizerJson } from '../text/small-tokenizer';

const QUESTION = 'Ann has 3 apples and buys 4 more, then eats 2. How many has she?';

test('whole steps are judged by the rules alone, the one being written is not', () => {
  const { steps, rest, answer } = readLive(
    'Ann has [3+4=7] 7 apples | then [7-2=6] 6 are left | so she h',
    QUESTION,
    true,
    'writing',
  );
  expect(steps.map(({ verdict, reason }) => [verdict, reason])).toEqual([
    ['kept', null],
    ['rejected', 'arithmetic'],
  ]);
  expect(rest).toBe('so she h');
  expect(answer).toBeNull();
});

test('a finished chain gives its answer, whatever the right one is', () => {
  const done = readLive('Ann has [3+4=7] 7 apples | #### 7', QUESTION, true, 'done');
  expect(done).toMatchObject({ answer: '7', rest: '', state: 'done' });
  expect(done.steps.map(({ verdict }) => verdict)).toEqual(['kept']);
  expect(readLive('41', QUESTION, false, 'writing')).toMatchObject({ answer: null, rest: '41' });
  expect(readLive(' 41 ', QUESTION, false, 'done')).toMatchObject({ answer: '41', steps: [] });
  expect(readLive('', QUESTION, true, 'done')).toMatchObject({ answer: null, steps: [], rest: '' });
});

test('a student is heard after every token and ends where it is told to', async () => {
  const tokenizer = createTokenizer(smallTokenizerJson(), SMALL_CONFIG);
  const ids = tokenizer.encode('a bc a bc').slice(0, -1);
  const student: Pick<Student, 'generate'> = {
    async generate(_inputs, _maximumTokens, { onTokens } = {}) {
      const written: number[] = [];
      for (const id of ids) {
        written.push(id);
        if ((await onTokens?.([written])) === false) break;
      }
      return [written];
    },
  };
  const stop = new AbortController();
  const heard: LiveAnswer[] = [];
  const configuration = presetConfiguration('smoke');
  const ask = (question: string) =>
    askStudent({ tokenizer }, student, 'cot', configuration, question, {
      hear: (answer) => {
        heard.push(answer);
        if (heard.length === 2) stop.abort();
      },
      signal: stop.signal,
    });
  expect((await ask('a bc')).state).toBe('stopped');
  expect(heard).toHaveLength(2);
  expect(heard.every(({ state }) => state === 'writing')).toBe(true);
  const tooLong = 'a bc '.repeat(configuration.training.maximumInputTokens);
  await expect(ask(tooLong)).rejects.toThrow(/at most \d+ tokens, found \d+. Shorten it/);
});
