/** Answering otherwise than greedily: the calculator, the majority of drawn answers, and what a study asks for. */

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { calculatorGuide, equationCompletion } from '../../../src/evaluate/calculator';
import { decodingName, furtherDecodings } from '../../../src/evaluate/decoding';
import { majorityIndex } from '../../../src/evaluate/self-consistency';
import { createTokenizer } from '../../../src/text/tokenizer';

describe('the calculator', () => {
  test.each([
    ['She has [48/2=', '24]'],
    ['She has [48/2= ', '24]'],
    ['[48/2=2', '4]'],
    ['[48/2=24', ']'],
    ['[1/8=', '0.125]'],
    ['[(2+3)*-4=', '-20]'],
    ['[20%*50=', '10]'],
    ['[1+1=2] | then [2*1,000=', '2000]'],
  ])('completes %s by %s', (text, completion) => {
    expect(equationCompletion(text)).toBe(completion);
  });

  test.each([
    ['nothing is open', '48/2='],
    ['it is closed', '[48/2=24]'],
    ['there is no "=" yet', '[48/2'],
    ['there is a second "="', '[48/2=24='],
    ['something else is written', '[48/2=25'],
    ['no decimal is exact', '[1/3='],
    ['it is no arithmetic', '[a+b='],
    ['it divides by nothing', '[1/0='],
    ['an earlier bracket is open', '[[1+1='],
  ])('leaves a text free where %s', (why, text) => {
    const expected = why.startsWith('an earlier') ? '2]' : null;
    expect(equationCompletion(text)).toBe(expected);
  });

  test('gives the tokens that continue what was written, however that was cut into tokens', async () => {
    const folder = new URL('../../../public/models/pocket/', import.meta.url);
    const json = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(new URL(name, folder), 'utf8'));
    const tokenizer = createTokenizer(
      await json('tokenizer.json'),
      await json('tokenizer_config.json'),
    );
    const guide = calculatorGuide(tokenizer);
    const written = tokenizer.encode('Ann has [5*8=').slice(0, -1);
    expect(tokenizer.decode([...written, ...guide(0, written)])).toBe('Ann has [5*8=40]');
    const inPieces = ['Ann', ' has', ' [', '5', '*', '8', '='].flatMap((piece) =>
      tokenizer.encode(piece).slice(0, -1),
    );
    const text = tokenizer.decode(inPieces);
    expect(text.endsWith('=')).toBe(true);
    expect(tokenizer.decode([...inPieces, ...guide(0, inPieces)])).toBe(`${text}40]`);
    expect(guide(0, tokenizer.encode('Ann has [5*8').slice(0, -1))).toEqual([]);
  });
});

describe('self-consistency', () => {
  test('takes the first output with the most frequent answer, by value', () => {
    expect(majorityIndex(['3', '4', '4.0', null])).toBe(1);
    expect(majorityIndex(['1/2', '7', '0.5', '7', '7'])).toBe(1);
  });

  test('takes the first of equally frequent answers, and any output where none answers', () => {
    expect(majorityIndex([null, '5', '6'])).toBe(1);
    expect(majorityIndex([null, null])).toBe(0);
    expect(majorityIndex([])).toBe(0);
  });
});

test('a study asks for every combination it names, each once, and the greedy one anyway', () => {
  const names = (samples: number, calculator: boolean) =>
    furtherDecodings({ samples, calculator }).map(decodingName);
  expect(names(0, false)).toEqual([]);
  expect(names(1, false)).toEqual([]);
  expect(names(0, true)).toEqual(['greedy-calculator']);
  expect(names(5, false)).toEqual(['majority-of-5']);
  expect(names(5, true)).toEqual([
    'majority-of-5',
    'greedy-calculator',
    'majority-of-5-calculator',
  ]);
});
