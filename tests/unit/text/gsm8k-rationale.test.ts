/** GSM8K's way of writing and the grammar, both ways; and targets that do not survive a tokenizer. */

import { describe, expect, test } from 'vitest';
import { parseRationale } from '../../../src/text/grammar';
import { rationaleFromGsm8k, rationaleToGsm8k } from '../../../src/text/gsm8k-rationale';
import { assertSurvivesTokenizer } from '../../../src/text/survival';
import { createTokenizer } from '../../../src/text/tokenizer';
import { SMALL_CONFIG, smallTokenizerJson } from './small-tokenizer';

describe('rationaleFromGsm8k', () => {
  test('maps annotations, lines and the answer, and back', () => {
    const field =
      'Natalia sold 48/2 = <<48/2=24>>24 clips.\nIn all 48+24 = <<48+24=72>>72.\n#### 72';
    const { rationale, answer } = rationaleFromGsm8k(field);
    expect(rationale).toBe(
      'Natalia sold 48/2 = [48/2=24]24 clips. | In all 48+24 = [48+24=72]72. | #### 72',
    );
    expect(answer).toBe('72');
    expect(rationaleToGsm8k(rationale)).toBe(field);
  });

  test.each([
    [
      'brackets of the prose',
      '[1 + (3/6)] <<1.5=1.5>>\n#### 1.5',
      '(1 + (3/6)) [1.5=1.5] | #### 1.5',
    ],
    ['a bar', 'a|b\n#### 1', 'a/b | #### 1'],
    ['empty lines', 'a\n\n \nb\n\n#### 1', 'a | b | #### 1'],
    ['Windows lines', 'a\r\nb\r\n#### 1', 'a | b | #### 1'],
    ['the answer', '#### $1,080.', '#### 1080'],
    [
      'two annotations in a line',
      'a <<1+1=2>>2 and <<2+2=4>>$4.5 b\n#### 4',
      'a [1+1=2]2 | and [2+2=4]$4.5 b | #### 4',
    ],
    ['an earlier mark', 'a #### b\n#### 1', 'a # b | #### 1'],
    ['a broken annotation', 'a <<1+1=2>2\n#### 2', 'a <<1+1=2>2 | #### 2'],
    ['a replacement pattern', '<<$&=1>>\n#### 1', '[$&=1] | #### 1'],
  ])('%s', (_name, field, rationale) => {
    expect(rationaleFromGsm8k(field).rationale).toBe(rationale);
  });

  test('needs a final answer', () => {
    expect(() => rationaleFromGsm8k('no mark')).toThrow(/has no "####"/);
    expect(() => rationaleFromGsm8k('#### several')).toThrow(
      /one number after "####", found "several"/,
    );
  });

  test('hostile fields take linear time: quadratic time would run into the limit of the test', () => {
    for (const text of ['<<', '<<1', '>>', '[', '\n', '####', '<<1=1>>']) {
      const { rationale } = rationaleFromGsm8k(`${text.repeat(50_000)}\n#### 1`);
      expect(rationale.endsWith('#### 1')).toBe(true);
    }
  });
});

test('malformed steps go to GSM8K as they are', () => {
  expect(rationaleToGsm8k('a [1+1 | b [1=1] | no answer')).toBe('a [1+1\nb <<1=1>>\nno answer');
  expect(parseRationale('a [1+1').steps[0]?.malformed).not.toBeNull();
});

describe('assertSurvivesTokenizer', () => {
  const tokenizer = createTokenizer(smallTokenizerJson(), SMALL_CONFIG);
  test('accepts what comes back', () => {
    expect(() => assertSurvivesTokenizer('ab [3*4=12] | #### 12', tokenizer)).not.toThrow();
    expect(() => assertSurvivesTokenizer('', tokenizer)).not.toThrow();
  });
  test('names the characters without a token', () => {
    expect(() => assertSurvivesTokenizer('a \u00d7 b z', tokenizer)).toThrow(
      /no token for: "\u00d7" \(U\+00D7\), "z" \(U\+007A\)/,
    );
  });
  test('names the place of a change', () => {
    expect(() => assertSurvivesTokenizer('ab  c', tokenizer)).toThrow(
      /at character 3: " c" comes back as "c"/,
    );
  });
});
