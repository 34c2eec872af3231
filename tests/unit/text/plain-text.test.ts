/** Plain text: what replaces typographic characters, and what is left alone. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerPrompt, solvePrompt } from '../../../src/text/prompts';
import { toPlainText } from '../../../src/text/plain-text';

describe('toPlainText', () => {
  test.each([
    ['Bella\u2019s \u201cballet\u201d', 'Bella\'s "ballet"'],
    ['6 cars \u00d7 $2 \u2013 1 = 11', '6 cars * $2 - 1 = 11'],
    ['35 \u00f7 7', '35 / 7'],
    ['3\u00bd cups', '3 1/2 cups'],
    ['2 ft\u00b3.', '2 ft cubed.'],
    ['2^3 {x} ~5 a\\b `c`', "2**3 (x) about 5 a/b 'c'"],
    ['4 < 4.8 <= 5 >= 1 > 0', '4 less than 4.8 at most 5 at least 1 > 0'],
    ['costs \u20ac12, not 50\u00a2.', 'costs EUR 12, not 50 cents.'],
    ['Fran\u00e7oise, jalape\u00f1o', 'Francoise, jalapeno'],
    ['a\t b\u00a0\n c  ', 'a b c'],
    ['e\u200b\u0301 2\u00b3\u0338', 'e 2 cubed'],
    ['a\u200bb\u202ec\u2066d\u0000', 'abcd'],
    ['\u0410 man', 'A man'],
    ['\uff11\uff12\uff1c\uff13', '12 less than 3'],
    ['[48/2=24] | #### 72', '[48/2=24] | #### 72'],
    ['half .5 and 0 .', 'half .5 and 0.'],
    ['', ''],
  ])('%s', (text, plain) => {
    expect(toPlainText(text)).toBe(plain);
  });

  test('other scripts stay as they are', () => {
    for (const text of [
      '\u041c\u0430\u0448\u0430 \u0438 \u043c\u044f\u0447',
      '\u4e09\u500b',
      '\u0928\u092e\u0938\u094d\u0924\u0947',
    ]) {
      expect(toPlainText(text)).toBe(text);
    }
  });

  test('what is plain stays plain', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme-ascii' }),
      fc
        .array(
          fc.constantFrom(
            ...Array.from('<>=~^ .,a1'),
            '\u00b2',
            '\u00bd',
            '\u2044',
            '\u0410',
            '\u200b',
            '\u0301',
            '\u0338',
          ),
        )
        .map((characters) => characters.join('')),
    );
    fc.assert(
      fc.property(unit, (text) => {
        const plain = toPlainText(text);
        expect(toPlainText(plain)).toBe(plain);
      }),
      { numRuns: 3_000 },
    );
  });
});

test('prompts', () => {
  expect(answerPrompt('How many?')).toBe('answer: How many?');
  expect(solvePrompt('How many?')).toBe('solve: How many?');
});
