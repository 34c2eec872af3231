/** The rationale grammar: reading, writing, and texts that break it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAXIMUM_RATIONALE_LENGTH,
  equationOnlyRationale,
  formatRationale,
  parseRationale,
} from '../../../src/text/grammar';
import { normalizeAnswer } from '../../../src/text/answer';

const GOOD = 'Natalia sold [48/2=24] 24 clips in May | In all [48+24=72] 72 | #### 72';

describe('parseRationale', () => {
  test('reads steps, their equations with places, and the answer', () => {
    const { steps, answer } = parseRationale(GOOD);
    expect(answer).toBe('72');
    expect(steps).toHaveLength(2);
    expect(steps[0]).toEqual({
      text: 'Natalia sold [48/2=24] 24 clips in May',
      equation: { left: '48/2', right: '24', start: 13, end: 22 },
      malformed: null,
    });
  });

  test('prose alone is a step without an equation', () => {
    expect(parseRationale('She has 3 < 4 pens | #### 3').steps).toEqual([
      { text: 'She has 3 < 4 pens', equation: null, malformed: null },
    ]);
  });

  test.each([
    ['two equations', 'a [1+1=2] b [2+2=4]', /at most one equation/],
    ['nested brackets', '[1+[2]=3]', /at most one equation/],
    ['never closed', 'so [1+1=2 pens', /never closed/],
    ['never opened', 'so 1+1=2] pens', /never opened/],
    ['closed before opened', ']1+1=2[', /closed before it is opened/],
    ['closed before opened, and again', ']1[2]', /closed before it is opened/],
    ['no equals sign', 'so [1+1] pens', /has a "=", this one has none/],
    ['a gap in a chain', 'so [1+1==2] pens', /a number on either side/],
    ['nothing on the left', 'so [=2]', /a number on either side/],
    ['nothing on the right', 'so [1+1=]', /a number on either side/],
    ['letters only', 'so [x=y]', /a number on either side/],
    ['an unknown token', 'so \u2047 [1+1=2]', /no known text/],
  ])('%s', (_name, step, sentence) => {
    const [parsed] = parseRationale(`${step} | #### 2`).steps;
    expect(parsed?.equation).toBeNull();
    expect(parsed?.malformed).toMatch(sentence);
    expect(parsed?.text).toBe(step);
  });

  test.each([
    ['nothing', '', [], null],
    ['separators only', ' | || | ', [], null],
    ['no answer', 'a | b', ['a', 'b'], null],
    ['an answer only', '#### 5', [], '5'],
    ['an answer without its separator', 'so 5 #### 5', ['so 5'], '5'],
    ['an answer that is no number', 'a | #### many', ['a'], null],
    ['an empty answer', 'a | ####', ['a'], null],
    ['more marks', 'a | ######## 5', ['a', '#### 5'], null],
    ['two answers', 'a | #### 5 | #### 6', ['a', '#### 6'], '5'],
    ['two answers in one part', '#### 5 #### 6', ['#### 6'], '5'],
    ['text after the answer', '#### 5 | and so', ['and so'], '5'],
    ['lines', 'a\r\nb\n#### $1,080.', ['a', 'b'], '1080'],
    ['no spaces around separators', 'a|b|####-3.50', ['a', 'b'], '-3.5'],
    ['prototype names', '__proto__ | constructor', ['__proto__', 'constructor'], null],
    ['bidirectional controls', '\u202ea\u2066 | #### 5', ['\u202ea\u2066'], '5'],
  ])('%s', (_name, text, steps, answer) => {
    const parsed = parseRationale(text);
    expect(parsed.steps.map((step) => step.text)).toEqual(steps);
    expect(parsed.answer).toBe(answer);
  });

  test('what follows the answer is malformed', () => {
    expect(
      parseRationale('a | #### 5 | b').steps.map(({ malformed }) => malformed !== null),
    ).toEqual([false, true]);
  });

  test('ten million characters are refused as one malformed step', () => {
    for (const text of ['[', '|', '#', ' ', '\u202e', 'a | ']) {
      const { steps, answer } = parseRationale(text.repeat(10_000_000 / text.length));
      expect(answer).toBeNull();
      expect(steps).toHaveLength(1);
      expect(steps[0]?.malformed).toContain(`at most ${MAXIMUM_RATIONALE_LENGTH} characters`);
      expect(steps[0]?.text.length).toBeLessThanOrEqual(200);
    }
  });

  test('the worst texts of the largest size take linear time', () => {
    const started = process.cpuUsage();
    for (const text of ['[', ']', '|', '#', ' ', '=', '[1=1]', '\n', '#### ', '\u2047']) {
      parseRationale(text.repeat(MAXIMUM_RATIONALE_LENGTH / text.length));
    }
    // Processor time, because other work on the machine must not decide; about 20 ms of it.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000);
  });
});

/** Pieces that matter to the grammar, in any order. */
const grammarText = fc
  .array(
    fc.constantFrom(
      '[',
      ']',
      '=',
      '|',
      ' | ',
      '#',
      '####',
      '\n',
      '1',
      '+',
      'a',
      ' ',
      '\u2047',
      '-',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('properties', () => {
  test('any text is read, and every equation is where it says', () => {
    fc.assert(
      fc.property(fc.oneof(grammarText, fc.string({ unit: 'binary' })), (text) => {
        for (const step of parseRationale(text).steps) {
          expect(step.text.trim()).not.toBe('');
          expect(step.text).not.toMatch(/[|\r\n]/);
          if (step.equation === null) continue;
          expect(step.malformed).toBeNull();
          const { left, right, start, end } = step.equation;
          const inside = step.text.slice(start, end);
          expect(inside.replace(/\s/g, '')).toBe(`[${left}=${right}]`.replace(/\s/g, ''));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is written is read back, step by step', () => {
    const number = fc.integer({ min: -99_999, max: 99_999 });
    fc.assert(
      fc.property(fc.array(grammarText, { maxLength: 6 }), number, (texts, answer) => {
        const written = formatRationale(texts, String(answer));
        const parsed = parseRationale(written);
        expect(parsed.answer).toBe(String(answer));
        expect(
          formatRationale(
            parsed.steps.map(({ text }) => text),
            String(answer),
          ),
        ).toBe(written);
        const clean = texts.filter((text) => /^[^|#\n]*$/.test(text) && text.trim() !== '');
        const read = parsed.steps.map(({ text }) => text);
        for (const text of clean) expect(read).toContain(text.trim());
      }),
      { numRuns: 2_000 },
    );
  });

  test('an answer in its plain form stays as it is', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
        (value) => {
          const once = normalizeAnswer(value.toFixed(4));
          expect(once).not.toBeNull();
          expect(normalizeAnswer(once ?? '')).toBe(once);
          expect(Number(once)).toBe(Number(value.toFixed(4)) + 0);
        },
      ),
    );
  });
});

describe('equationOnlyRationale', () => {
  test('keeps the equations and the answer', () => {
    expect(equationOnlyRationale(GOOD)).toBe('[48/2=24] | [48+24=72] | #### 72');
  });
  test('leaves out steps without one, and an answer that is not there', () => {
    expect(equationOnlyRationale('think | [1+1=2] | [broken')).toBe('[1+1=2]');
    expect(equationOnlyRationale('think | #### 5')).toBe('#### 5');
  });
});
