/** Every check by example, the messages people read, merging, acceptance, and text from hell. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRationale } from '../../../src/feedback/judge';
import { REASONS } from '../../../src/rationale/trace';
import { processorSeconds } from './processor-time';

const clips = {
  question:
    'Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. ' +
    'How many clips did Natalia sell altogether in April and May?',
  goldRationale:
    'Natalia sold [48/2=24] 24 clips in May | Natalia sold [48+24=72] 72 clips altogether | #### 72',
  goldAnswer: '72',
};

/** `kept`, or the reason and the message, a line a step. */
function verdicts(text: string, context = clips): string[] {
  return judgeRationale(text, context).steps.map((step) =>
    step.verdict === 'kept' ? 'kept' : `${step.verdict} ${step.reason}: ${step.message}`,
  );
}

describe('judgeRationale', () => {
  it('keeps the gold rationale, with every outcome in order and where values come from', () => {
    const judgement = judgeRationale(clips.goldRationale, clips);
    expect(judgement.accepted).toBe(true);
    expect(judgement.answer).toBe('72');
    expect(judgement.remaining).toEqual([
      'Natalia sold [48/2=24] 24 clips in May',
      'Natalia sold [48+24=72] 72 clips altogether',
    ]);
    for (const step of judgement.steps) {
      expect(step).toMatchObject({ verdict: 'kept', reason: null, message: '' });
      expect(step.outcomes.map((outcome) => outcome.reason)).toEqual(REASONS);
      for (const outcome of step.outcomes)
        expect(outcome).toMatchObject({ failed: false, message: '' });
    }
    expect(judgement.steps.map((step) => step.dependsOn)).toEqual([[], [0]]);
  });

  it('keeps another right way, and the bare equations', () => {
    expect(judgeRationale('She sold [48*3=144] | [144/2=72] | #### 72', clips).accepted).toBe(true);
    expect(judgeRationale('[48/2=24] | [48+24=72] | #### 72', clips).accepted).toBe(true);
    expect(
      judgeRationale('48 / 2 = 24 in May | 48 + 24 = 72 in all | #### 72', clips).accepted,
    ).toBe(true);
  });

  it('arithmetic', () => {
    expect(verdicts('in May [48/2=23] | [48+24=72] | #### 72')).toEqual([
      'rejected arithmetic: 48 / 2 is 24, the step says 23.',
      'kept',
    ]);
    expect(verdicts('in May [48/2=24] 25 clips | #### 72')[0]).toBe(
      'rejected arithmetic: The equation gives 24, the text after it says 25.',
    );
    expect(verdicts('in May she sold 48 / 2 = 23 clips | #### 72')[0]).toBe(
      'rejected arithmetic: 48 / 2 is 24, the step says 23.',
    );
    expect(verdicts('clips [9 x 4=35] | #### 72')[0]).toBe(
      'rejected arithmetic: 9 x 4 is 36, the step says 35.',
    );
  });

  it.each([
    ['[10/3=3.33]', true],
    ['[10/3=3.34]', true],
    ['[10/3=3.35]', false],
    ['[10/3=3.3]', true],
    ['[10/3=3]', false],
    ['[2/3=0.67]', true],
    ['[8*18=144.00]', true],
    ['[3/4=3/4]', true],
    ['[20/100=20%]', true],
    ['[1/3=33.3%]', true],
    ['[0.1+0.2=0.3]', true],
    ['[48*1000000000000=48000000000000]', true],
    ['[48*1000000000000=48000000000001]', false],
  ])('arithmetic of %s: %s', (equation, right) => {
    const [step] = judgeRationale(`clips ${equation} | #### 72`, clips).steps;
    const outcome = step?.outcomes.find(({ reason }) => reason === 'arithmetic');
    expect(outcome?.failed).toBe(!right);
    expect(outcome?.score).toBeLessThanOrEqual(right ? 1 : 0.99);
  });

  it.each([
    'so p + p/2 + 3 = 69 clips',
    'clips cost X*2 - 40 = 250',
    'clips 3x + 6 = 18',
    'clips in 17/3 = 5 and 2/3 loads',
    'clips 3 / 2 = 1 1/2',
    'clips 600 x 30 = 18 000',
  ])('%s is no wrong arithmetic', (prose) => {
    const [step] = judgeRationale(`${prose} | #### 72`, clips).steps;
    expect(step?.outcomes.find(({ reason }) => reason === 'arithmetic')?.failed).toBe(false);
  });

  it('malformed', () => {
    expect(
      verdicts('sold [48/2=24 clips | [48/0=1] | [48//=3] | sold \u2047 | #### 72').map((line) =>
        line.slice(0, 18),
      ),
    ).toEqual(Array.from({ length: 4 }, () => 'rejected malformed'));
    expect(verdicts('[48/0=1] clips | #### 72')[0]).toContain('because it divides by zero.');
    expect(verdicts(`Natalia sold ${'many clips and '.repeat(30)} | #### 72`)[0]).toContain(
      'tokens long',
    );
  });

  it('repeated', () => {
    expect(
      verdicts('clips in May [48/2=24] | clips in May [48 / 2=24] | [48+24=72] | #### 72'),
    ).toEqual(['kept', 'rejected repeated: Step 1 has computed this already.', 'kept']);
    expect(
      verdicts('Natalia sold clips | [48/2=24] | Natalia sold clips | [48+24=72] | #### 72')[2],
    ).toBe('rejected repeated: Step 1 has said this already.');
    const pens = {
      question: 'Ann has 2 boxes of 5 red pens and 2 boxes of 5 blue pens. How many pens?',
      goldRationale: 'red pens [2*5=10] | blue pens [2*5=10] | pens [10+10=20] | #### 20',
      goldAnswer: '20',
    };
    expect(verdicts(pens.goldRationale, pens)).toEqual(['kept', 'kept', 'kept']);
    expect(verdicts('[2*5=10] | [2*5=10] | [10+10=20] | #### 20', pens)).toEqual([
      'kept',
      'kept',
      'kept',
    ]);
  });

  it('ungrounded, only with the second signal', () => {
    expect(verdicts('clips [48+17=65] | [48/2=24] | [48+24=72] | #### 72')[0]).toBe(
      'rejected ungrounded: 17 is neither in the question nor the result of an earlier step.',
    );
    expect(verdicts('clips [41-17=24] | [48+24=72] | #### 72')[0]).toBe('kept');
    // A unit constant, a percent form and a word of the question ground an operand.
    expect(verdicts('[48*60=2880] | [48*0.5=24] | [48+24=72] | #### 72')).toEqual([
      'rejected redundant: The answer does not need this step.',
      'kept',
      'kept',
    ]);
  });

  it('off-topic', () => {
    expect(verdicts('Bananas grow [2*12=24] quickly | [48+24=72] | #### 72')[0]).toBe('kept');
    const aside = 'The weather was sunny yesterday';
    expect(verdicts(`${aside} | [48/2=24] | [48+24=72] | #### 72`)[0]).toBe(
      'rejected off-topic: The step shares no number and no word with the question or an earlier step.',
    );
    const judgement = judgeRationale(`${aside} | [48/2=24] | [48+24=72] | #### 72`, clips);
    expect(judgement.accepted).toBe(true);
    expect(judgement.remaining).toEqual(['[48/2=24]', '[48+24=72]']);
  });

  it('contradicts-gold', () => {
    const text = 'in May [48/2=24] | [48-24=24] | #### 24';
    expect(verdicts(text)[1]).toBe(
      'rejected contradicts-gold: The final answer is 24, the right one is 72.',
    );
    expect(judgeRationale(text, clips).accepted).toBe(false);
    // A chain that passes the right answer on its way and leaves it is not right.
    const past = judgeRationale('[48/2=24] | [48+24=72] | [72+48=120] | #### 120', clips);
    expect(past.accepted).toBe(false);
    expect(verdicts('in May [48/2=24] | [48+24=72]')[1]).toBe(
      'rejected contradicts-gold: The rationale ends without a final answer.',
    );
  });

  it('redundant, and everything that only feeds it', () => {
    const text =
      'in May [48/2=24] | twice that [24*2=48] | half of that [24/2=12] | and so [12+48=60] | [48+24=72] | #### 72';
    const judgement = judgeRationale(text, clips);
    expect(judgement.accepted).toBe(true);
    // The second 48 is the question's 48 as well; what could be needed stays.
    expect(judgement.remaining).toEqual(['in May [48/2=24]', 'twice that [24*2=48]', '[48+24=72]']);
    const marked = judgeRationale(text, clips, { trimRedundant: false });
    expect(marked.accepted).toBe(true);
    expect(marked.remaining).toHaveLength(5);
    expect(marked.steps[2]).toMatchObject({ verdict: 'kept', reason: null });
    expect(marked.steps[2]?.outcomes.at(-1)).toMatchObject({ reason: 'redundant', failed: true });
  });

  it('merges a superfluous step into the one that uses its value', () => {
    const cans = {
      question: 'A cat eats 2 cans a day. How many cans is that in the weeks of a year?',
      goldRationale: 'a week [7*2=14] cans | a year [14*52=728] cans | #### 728',
      goldAnswer: '728',
    };
    const judgement = judgeRationale('[7*52=364] | the cat eats [364*2=728] cans | #### 728', cans);
    expect(judgement.accepted).toBe(true);
    expect(judgement.remaining).toEqual(['the cat eats [(7*52)*2=728] cans']);
    expect(judgement.steps[0]).toMatchObject({ verdict: 'rejected', reason: 'off-topic' });
    expect(judgement.steps[1]).toMatchObject({
      verdict: 'repaired',
      reason: 'off-topic',
      message: 'The calculation of step 1 was written into this step.',
      replacement: 'the cat eats [(7*52)*2=728] cans',
    });
    // Without brackets there is nothing to write it into.
    expect(
      judgeRationale('[7*52=364] | the cat eats 364 * 2 = 728 cans | #### 728', cans).accepted,
    ).toBe(false);
  });

  it('does not accept what rests on a wrong step, though the rest is right', () => {
    const judgement = judgeRationale(
      'in May [48/2=24] | so [24+24=48] | [48/2=25] | [25+47=72] | #### 72',
      clips,
    );
    expect(judgement.accepted).toBe(false);
    expect(judgeRationale('[48/2=23] | [48+24=72] | #### 72', clips).accepted).toBe(false);
  });

  it('drops a wrong step that nothing rests on', () => {
    const judgement = judgeRationale(
      '[48*48=2303] | in May [48/2=24] | [48+24=72] | #### 72',
      clips,
    );
    expect(judgement.steps.map((step) => step.verdict)).toEqual(['rejected', 'kept', 'kept']);
    expect(judgement.accepted).toBe(true);
  });

  it.each(['', '#### 72', '####', '| | |', 'Natalia sold clips | #### 72', '[48/2=24] | #### 72'])(
    'does not accept %j, which derives nothing',
    (text) => {
      expect(judgeRationale(text, clips).accepted).toBe(false);
    },
  );

  it('does not accept anything for a problem without a number as answer', () => {
    expect(judgeRationale(clips.goldRationale, { ...clips, goldAnswer: 'x' }).accepted).toBe(false);
  });

  it('survives hostile text in linear time', () => {
    const seconds = processorSeconds(() => {
      for (const piece of [
        '[1+1=2] | ',
        '[',
        ']',
        '|',
        '1',
        '=',
        '1+',
        '((',
        'a ',
        '####',
        'half and a ',
        '\u2047',
        '- ',
      ]) {
        const judgement = judgeRationale(piece.repeat(10_000_000 / piece.length), clips);
        expect(judgement.accepted).toBe(false);
      }
      expect(judgeRationale(`${'[48/2=24] | '.repeat(100_000)}#### 72`, clips).accepted).toBe(
        false,
      );
      // As long as the grammar reads: many steps, and one step of nothing but signs.
      for (const piece of ['[48/2=24] | ', '1=', '1+1=2 ', 'half ', '1 '])
        judgeRationale(`${piece.repeat(32_000 / piece.length)} | #### 72`, clips);
    });
    expect(seconds).toBeLessThan(20);
  });

  it('never throws, and what it accepts is accepted again as it is', () => {
    const token = fc.oneof(
      fc.constantFrom(
        '[',
        ']',
        '=',
        '|',
        '####',
        '48',
        '24',
        '72',
        '/',
        '+',
        'clips',
        'half',
        '.',
        '-',
        '%',
        '(',
        ')',
      ),
      fc.constantFrom(
        '[48/2=24]',
        '[48+24=72]',
        '[24*2=48]',
        '#### 72',
        ' | ',
        'Natalia sold',
        '[72-24=48]',
      ),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 25 }), (parts) => {
        const text = parts.join(' ');
        const judgement = judgeRationale(text, clips);
        if (!judgement.accepted) return;
        const again = judgeRationale(`${judgement.remaining.join(' | ')} | #### 72`, clips);
        expect(again.accepted).toBe(true);
        expect(again.remaining).toEqual(judgement.remaining);
      }),
      { numRuns: 1500 },
    );
  });
});
