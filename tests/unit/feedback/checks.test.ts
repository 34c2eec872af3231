/** A table of cases for every check: what it says of one step of a rationale, by rules alone and with gold values. */

import { describe, expect, it } from 'vitest';
import { judgeRationale } from '../../../src/feedback/judge';
import type { Reason } from '../../../src/rationale/trace';

const orchard = {
  question:
    'Ann picks 35 apples and Ben picks twice as many. They sell 40% of all apples for $1.50 each. ' +
    'How many dollars do they get?',
  goldRationale:
    'Ben picks [35*2=70] 70 apples | Together they pick [35+70=105] 105 apples | ' +
    'They sell [105*40/100=42] 42 apples | They get [42*1.5=63] 63 dollars | #### 63',
  goldAnswer: '63',
};
const START = 'Ben picks [35*2=70] 70 apples | Together they pick [35+70=105] 105 apples';
const END = 'They sell [105*40/100=42] 42 apples | They get [42*1.5=63] 63 dollars | #### 63';

/** What a check says of the step at `index`; `kept` where it lets it pass. */
function said(reason: Reason, text: string, index: number, rulesOnly: boolean): string {
  const options = { trimRedundant: true, rulesOnly };
  const step = judgeRationale(text, orchard, options).steps[index];
  const outcome = step?.outcomes.find((each) => each.reason === reason);
  return outcome?.failed === true ? outcome.message : 'kept';
}

/** Of the third step of a rationale whose other steps are right. */
const saidOf = (reason: Reason, step: string, rulesOnly = false): string =>
  said(reason, `${START} | ${step} | ${END}`, 2, rulesOnly);

describe('malformed', () => {
  it.each([
    ['They keep [105-42=63] 63 apples', 'kept'],
    ['They keep what is left', 'kept'],
    ['They keep [105-42=63 apples', 'A bracket is opened and never closed.'],
    ['They keep 105-42=63] apples', 'A bracket is closed that was never opened.'],
    ['They keep ]105-42=63[', 'A bracket is closed before it is opened.'],
    ['They keep [105-42] apples', 'An equation has a "=", this one has none.'],
    ['They keep [105-42=]', 'An equation has a number on either side of "=".'],
    [
      'They keep [(105-42=63]',
      'The left side of the equation cannot be read because a bracket is not closed.',
    ],
    [
      'They keep [105-42+=63]',
      'The left side of the equation cannot be read because a number is missing at the end.',
    ],
    [
      'They keep [105/0=63]',
      'The left side of the equation cannot be read because it divides by zero.',
    ],
    ['They keep \ufffd apples', 'The step has a character that the model does not know.'],
    [
      `They keep ${'more apples and '.repeat(30)}`,
      'The step is about 92 tokens long; 60 are the most for one step.',
    ],
  ])('%s: %s', (step, message) => {
    expect(saidOf('malformed', step)).toBe(message);
    expect(saidOf('malformed', step, true)).toBe(message);
  });
});

describe('repeated', () => {
  it.each([
    ['Ben picks [35*2=70] 70 apples', 'Step 1 has computed this already.'],
    ['Ben picks [2 x 35=70] 70 apples', 'Step 1 has computed this already.'],
    ['Again, [35*2=70]', 'Step 1 has computed this already.'],
    ['That is [105=105] apples', 'Step 2 has this result already.'],
    ['That is [105*1=105] apples', 'Step 2 has this result already.'],
    ['That is [105+0=105] apples', 'Step 2 has this result already.'],
    // A number of the question is no result of a step.
    ['Ann picks [35=35]', 'kept'],
    ['Pears for [35*2=70] dollars', 'kept'],
    ['They keep [105-42=63] apples', 'kept'],
  ])('%s: %s', (step, message) => {
    expect(saidOf('repeated', step)).toBe(message);
    expect(saidOf('repeated', step, true)).toBe(message);
  });

  it('says the same sentence only once', () => {
    expect(saidOf('repeated', 'They sell some | They sell some')).toBe('kept');
    expect(said('repeated', `${START} | They sell some | They sell some | ${END}`, 3, false)).toBe(
      'Step 3 has said this already.',
    );
  });
});

describe('arithmetic', () => {
  it.each([
    ['They keep [105-42=63] 63 apples', 'kept'],
    ['They keep [105-42=64] 64 apples', '105 - 42 is 63, the step says 64.'],
    ['They keep [105-42=63] 64 apples', 'The equation gives 63, the text after it says 64.'],
    ['They keep 105 - 42 = 64 apples', '105 - 42 is 63, the step says 64.'],
    ['A third is [105/9=11.67]', 'kept'],
    ['A third is [105/9=11.65]', '105 / 9 is about 11.6667, the step says 11.65.'],
    ['They keep many', 'kept'],
  ])('%s: %s', (step, message) => {
    expect(saidOf('arithmetic', step)).toBe(message);
    expect(saidOf('arithmetic', step, true)).toBe(message);
  });
});

describe('ungrounded', () => {
  it.each([
    // By rules alone one signal is enough; with gold values the result has to be foreign too.
    [
      'They lose [105-37=68]',
      '37 is neither in the question nor the result of an earlier step.',
      null,
    ],
    [
      'They sell [79-37=42]',
      '79 is neither in the question nor the result of an earlier step.',
      'kept',
    ],
    ['They sell [105*0.4=42]', 'kept', null],
    ['They keep [105*0.6=63]', 'kept', null],
    ['A year is [12*4=48]', 'kept', null],
    [
      'They lose 37 of them',
      'kept',
      '37 is neither in the question nor the result of an earlier step.',
    ],
    // 42 is what the gold solution computes, but no step has done so.
    [
      'They get [42*1.5=63] dollars',
      '42 is neither in the question nor the result of an earlier step.',
      '42 is used before a step has found it.',
    ],
    [
      'As 40% of 105 is 42, they get [42*1.5=63]',
      '42 is neither in the question nor the result of an earlier step.',
      'kept',
    ],
  ])('%s: by rules %s, with gold values %s', (step, byRules, withGold) => {
    expect(saidOf('ungrounded', step, true)).toBe(byRules);
    expect(saidOf('ungrounded', step)).toBe(withGold ?? byRules);
  });

  it('names the rejected step that a number comes from', () => {
    const text = 'Ben picks [35*2=71] 71 apples | Together they pick [35+71=106] | #### 106';
    for (const rulesOnly of [true, false])
      expect(said('ungrounded', text, 1, rulesOnly)).toBe(
        '71 comes from step 1, which is rejected.',
      );
  });
});

describe('off-topic', () => {
  const message = 'The step shares no number and no word with the question or an earlier step.';
  it.each([
    ['The weather was lovely yesterday', message, message],
    ['Bananas weigh [17*19=323] grams', message, message],
    ['Bananas weigh [17*19=323] grams, unlike apples', 'kept', 'kept'],
    ['Bananas weigh [35*19=665] grams', 'kept', 'kept'],
    // A gold value is on topic under any name.
    ['Bananas weigh [53-11=42] grams', message, 'kept'],
    ['So', 'kept', 'kept'],
  ])('%s: by rules %s, with gold values %s', (step, byRules, withGold) => {
    expect(saidOf('off-topic', step, true)).toBe(byRules);
    expect(saidOf('off-topic', step)).toBe(withGold);
  });
});

describe('contradicts-gold', () => {
  it.each([
    // The conclusion, with a value that is foreign to the gold solution, and with one on the way to the answer.
    [
      `${START} | They get [105*1.5=157.5] | #### 157.5`,
      2,
      'The final answer is 157.5, the right one is 63.',
    ],
    [`${START} | #### 105`, 1, 'The final answer is 105, the right one is 63.'],
    [START, 1, 'The rationale ends without a final answer.'],
    [`${START} | ${END}`, 3, 'kept'],
    // A foreign value on the way to a wrong answer, and on another way to the right one.
    [
      `${START} | They keep [105-40=65] | They get [65*1.5=97.5] | #### 97.5`,
      2,
      'The author’s solution has no 65, and this way ends in a wrong answer.',
    ],
    [
      `Of Ann [35*0.4=14] | of Ben [70*0.4=28] | in all [14+28=42] | [42*1.5=63] | #### 63`,
      0,
      'kept',
    ],
    [`${START} | They get [105*1.5=157.5] | #### 157.5`, 0, 'kept'],
  ])('%s, step %i: %s', (text, index, message) => {
    expect(said('contradicts-gold', text, index, false)).toBe(message);
    // Rules alone do not know the gold solution.
    expect(said('contradicts-gold', text, index, true)).toBe('kept');
  });
});

describe('redundant', () => {
  const message = 'The answer does not need this step.';
  it.each([
    ['They keep [105-42=63] 63 apples', 'kept'],
    ['A seventh of that is [105/7=15]', message],
    ['A dozen of them are left', 'kept'],
  ])('%s: %s', (step, expected) => {
    expect(saidOf('redundant', step)).toBe(expected);
    expect(saidOf('redundant', step, true)).toBe(expected);
  });

  it('spares what a wrong step was built on', () => {
    const branch = `${START} | A seventh is [105/7=15] | Thrice that [15*3=46]`;
    const resting = `${branch} | Of these 46 [105*40/100=42] are sold | [42*1.5=63] | #### 63`;
    expect(said('redundant', resting, 2, false)).toBe('kept');
    // Where the wrong step can go, so can what it was built on.
    expect(said('redundant', `${branch} | ${END}`, 2, false)).toBe(message);
  });

  it('asks for the way to the gold answer, or by rules alone to the rationale’s own', () => {
    const text = `${START} | A seventh is [105/7=15] | They get [105*2=210] | #### 210`;
    expect(said('redundant', text, 2, true)).toBe(message);
    expect(said('redundant', text, 2, false)).toBe('kept');
  });
});

describe('judging by rules alone', () => {
  it('accepts a sound chain to any answer, and says so in its own words', () => {
    const text = `${START} | They get [105*1.5=157.5] | #### 157.5`;
    expect(judgeRationale(text, orchard).accepted).toBe(false);
    const judgement = judgeRationale(text, orchard, { trimRedundant: true, rulesOnly: true });
    expect(judgement).toMatchObject({ accepted: true, answer: '157.5', concludingStep: 2 });
    const wrong = text.replace('=105]', '=115]');
    expect(judgeRationale(wrong, orchard, { trimRedundant: true, rulesOnly: true }).accepted).toBe(
      false,
    );
  });
});
