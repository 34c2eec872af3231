/** The tokens of a rationale's steps, cut by the pocket tokenizer. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generatePocketProblems } from '../../../src/data/pocket/generate';
import {
  rationaleTokens,
  stepLosses,
  tokensBefore,
  tokenWeights,
} from '../../../src/text/rationale-tokens';
import { createTokenizer } from '../../../src/text/tokenizer';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(`public/models/pocket/${name}`, 'utf8'));
const tokenizer = createTokenizer(read('tokenizer.json'), read('tokenizer_config.json'));

const RATIONALE = 'Tom has [3+4=7] 7 pens | Now [7*2=14] 14 | #### 14';

function cut(rationale: string) {
  const tokens = rationaleTokens(rationale, tokenizer);
  if (tokens === null) throw new Error('Expected the rationale to be cut.');
  return tokens;
}

test('every step of generated rationales is found again between its cuts', () => {
  const problems = generatePocketProblems({
    seed: 3,
    count: 60,
    stepWeights: [1, 1, 1, 1, 1],
    distractorShare: 0.3,
    excludeQuestions: new Set(),
  });
  for (const { goldRationale } of problems) {
    const tokens = cut(goldRationale);
    const texts = tokens.stepEnds.map((end, step) =>
      tokenizer.decode(tokens.target.slice(step === 0 ? 0 : tokens.stepEnds[step - 1], end)).trim(),
    );
    const rest = tokenizer.decode(tokens.target.slice(tokens.stepEnds.at(-1))).trim();
    expect([...texts, rest].join(' ')).toBe(goldRationale);
    expect(texts.every((text) => text.endsWith(' |'))).toBe(true);
  }
});

test('what stands before a step is what the student is given', () => {
  const tokens = cut(RATIONALE);
  expect(tokensBefore(tokens, 0)).toEqual([]);
  expect(tokenizer.decode(tokensBefore(tokens, 1))).toBe('Tom has [3+4=7] 7 pens |');
});

test('a text that does not follow the grammar is not cut', () => {
  expect(rationaleTokens('one ||  two', tokenizer)).toBeNull();
  expect(rationaleTokens('#### 7', tokenizer)?.stepEnds).toEqual([]);
});

describe('weights and losses', () => {
  const tokens = cut(RATIONALE);
  const [first = 0, second = 0] = tokens.stepEnds;

  test('a step’s weight is that of each of its tokens, the answer’s is 1', () => {
    const weights = tokenWeights(tokens, [0.5, 2]);
    expect(weights).toHaveLength(tokens.target.length);
    expect(weights.slice(0, first)).toEqual(new Array<number>(first).fill(0.5));
    expect(weights.slice(first, second)).toEqual(new Array<number>(second - first).fill(2));
    expect(new Set(weights.slice(second))).toEqual(new Set([1]));
    expect(() => tokenWeights(tokens, [1])).toThrow('each of 2 steps, found 1');
  });

  test('a step’s loss is the mean of its tokens’', () => {
    const losses = tokens.target.map((_, place) => place);
    const mean = (from: number, to: number) => (from + to - 1) / 2;
    expect(stepLosses(tokens, losses)).toEqual([mean(0, first), mean(first, second)]);
  });
});
