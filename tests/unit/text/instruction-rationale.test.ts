/** Free prose of instruction models read as rationales: the usual shapes in a table, and real solutions where they are at hand. */

import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { sameAnswer } from '../../../src/evaluate/answer';
import { evaluateExpression, parseExpression } from '../../../src/feedback/expression';
import { equal } from '../../../src/feedback/rational';
import {
  MAXIMUM_RATIONALE_LENGTH,
  parseRationale,
  type Rationale,
} from '../../../src/text/grammar';
import { rationaleFromGsm8k } from '../../../src/text/gsm8k-rationale';
import { instructionRationale } from '../../../src/text/instruction-rationale';
import { createTokenizer } from '../../../src/text/tokenizer';
import { hasData, readData } from './data-folder';

describe('the usual shapes', () => {
  test.each([
    [
      'GSM8K annotations',
      'Natalia sold 48/2 = <<48/2=24>>24 clips.\nIn all 48+24 = <<48+24=72>>72.\n#### 72',
      'Natalia sold 48/2 = [48/2=24]24 clips. | In all 48+24 = [48+24=72]72. | #### 72',
    ],
    [
      'the grammar itself',
      'sold [48/2=24] 24 clips in May | [48+24=72] | #### 72',
      'sold [48/2=24] 24 clips in May | [48+24=72] | #### 72',
    ],
    [
      'lines of prose and a stated answer',
      'Natalia sold 48 / 2 = 24 clips in May.\n\nIn all she sold 48 + 24 = 72 clips.\n\nThe answer is 72.',
      'Natalia sold [48/2=24] 24 clips in May. | In all she sold [48+24=72] 72 clips. | #### 72',
    ],
    [
      'one line of several sentences, with units',
      'In May she sold 48 clips / 2 = 24 clips. In total 48 clips + 24 clips = 72 clips. The answer is 72 clips.',
      'In May she sold [48/2=24] 24 clips. | In total [48+24=72] 72 clips. | #### 72',
    ],
    [
      'Markdown and LaTeX',
      '**Step 1:** Find May:\n\\[ \\frac{48}{2} = 24 \\]\n**Step 2:** Add:\n\\( 48 \\times 2 = 96 \\text{ clips} \\)\nThe final answer is $\\boxed{96}$.',
      'Find May: [48/2=24] 24 | Add: [48*2=96] 96 clips | #### 96',
    ],
    ['a boxed result', '48 + 24 = \\boxed{\\$72}', '[48+24=72] $72 | #### 72'],
    [
      'headings and list marks',
      '### Solution\n- 5 * 1,000 = 5,000\n2. 5,000 - 1 = 4,999\n#### Final answer: 4,999 apples',
      'Solution: [5*1,000=5,000] 5,000 | [5,000-1=4,999] 4,999 | #### 4999',
    ],
    [
      'numbers with units on both sides, and a chain',
      'She earns 2 hours * 3 dollars/hour = 6 dollars.\n(2 + 3) x $4 = 5 x $4 = $20\nA: $20',
      'She earns [2*3=6] 6 dollars. | [(2+3)*4=20] $20 | #### 20',
    ],
    [
      'percentages, and brackets of the sentence',
      '20% of 50 = 10 (and 10 + 5 = 15).\nSo the answer is 10 + 5 = 15',
      '[20%*50=10] 10 | (and [10+5=15] 15). | So the answer is [10+5=15] 15 | #### 15',
    ],
    [
      'typographic signs',
      'x = 48 ÷ 2 = 24 – done ✓. Answer: 24',
      'x = [48/2=24] 24 - done. | #### 24',
    ],
    [
      'thinking, and a problem of its own at the end',
      '<think>2+2=5?</think>Two and two: 2+2=4\nAnswer: 4\n\nQuestion: Tom has 3+3=6 pens.',
      'Two and two: [2+2=4] 4 | #### 4',
    ],
    ['a wrong equation stays wrong', '7 + 8 = 16\n#### 16', '[7+8=16] 16 | #### 16'],
    ['no answer', 'First, 7 + 8 = 15. Then I stop', 'First, [7+8=15] 15. Then I stop'],
    ['only an answer', 'The answer is 72.', '#### 72'],
    [
      'the answer first',
      'The answer is 7. She has 3 + 4 = 7 pens.\nThat is all',
      'She has [3+4=7] 7 pens. | That is all | #### 7',
    ],
    ['a question that is answered', 'He can answer 20 questions', 'He can answer 20 questions'],
    ['an answer that is no number', 'The answer is unknown', 'The answer is unknown'],
    ['nothing', ' \n ', ''],
    ['an unfinished sum is no equation', '48 + 24 = 70 + 2 clips', '48 + 24 = 70 + 2 clips'],
    ['other brackets become round', 'He [Tom] has 3+4=7', 'He (Tom) has [3+4=7] 7'],
  ])('%s', (_name, text, rationale) => {
    expect(instructionRationale(text)).toBe(rationale);
    expect(parseRationale(rationale).steps.map(({ malformed }) => malformed)).not.toContainEqual(
      expect.any(String),
    );
    // What is in the grammar already stays as it is.
    expect(instructionRationale(rationale)).toBe(rationale);
  });
});

test('hostile texts take linear time: quadratic time would run into the limit of the test', () => {
  for (const text of [
    '<<1',
    '<<',
    '[1=',
    '(',
    '1+',
    '1 a b of ',
    'a:\n',
    '\\boxed{',
    '####',
    'answer is 1 ',
    '9',
    '= ',
  ]) {
    const long = text.repeat(Math.floor(MAXIMUM_RATIONALE_LENGTH / text.length));
    expect(instructionRationale(long)).toEqual(expect.any(String));
    expect(instructionRationale(`${long}=1\n#### 1`)).toEqual(expect.any(String));
  }
}, 10_000);

const gsm8kLine = v.object({ question: v.string(), answer: v.string() });
const equationsOf = ({ steps }: Rationale): string[] =>
  steps.flatMap(({ equation }) => (equation === null ? [] : `${equation.left}=${equation.right}`));
const isTrue = (left: string, right: string): boolean => {
  const [one, other] = [left, right].map((side) => {
    const { expression } = parseExpression(side);
    return expression === null ? null : evaluateExpression(expression);
  });
  return (
    one !== null && one !== undefined && other !== null && other !== undefined && equal(one, other)
  );
};

describe.skipIf(!hasData('gsm8k'))('GSM8K', () => {
  // Read by the tests: the body of a skipped group runs too.
  const readAnswers = () =>
    readData('gsm8k/test.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => v.parse(gsm8kLine, JSON.parse(line)).answer);

  test('annotations and answers come through as its own reader has them', () => {
    let missing = 0;
    let further = 0;
    for (const answer of readAnswers()) {
      const known = rationaleFromGsm8k(answer);
      const read = parseRationale(instructionRationale(answer));
      expect(read.answer).toBe(known.answer);
      const found = equationsOf(read);
      const expected = equationsOf(parseRationale(known.rationale));
      missing += expected.filter((equation) => !found.includes(equation)).length;
      further += found.length - expected.length;
    }
    // GSM8K leaves some equations of its prose without annotation.
    console.log(`${missing} annotations missing, ${further} equations more`);
    expect(missing).toBe(0);
    expect(further).toBeGreaterThanOrEqual(0);
  });

  test('without its annotations, most equations are found in the prose, and they are true', () => {
    let annotations = 0;
    let found = 0;
    let right = 0;
    for (const answer of readAnswers()) {
      annotations += answer.match(/<</g)?.length ?? 0;
      const { steps } = parseRationale(instructionRationale(answer.replace(/<<[^<>]*>>/g, '')));
      for (const { equation } of steps) {
        if (equation === null) continue;
        found += 1;
        if (isTrue(equation.left, equation.right)) right += 1;
      }
    }
    console.log(`${found} equations for ${annotations} annotations, ${right} of them true`);
    expect(found / annotations).toBeGreaterThan(0.95);
    expect(right / found).toBeGreaterThan(0.98);
  });
});

const solutionLine = v.looseObject({ ground_truth: v.string() });
const solution = v.object({ is_correct: v.boolean(), solution: v.string() });
const MODELS = ['6b_finetuning', '6b_verification', '175b_finetuning', '175b_verification'];

describe.skipIf(!hasData('gsm8k-model-solutions') || !hasData('flan-t5-tokenizer'))(
  'real solutions of language models',
  () => {
    test('the answer read agrees with the verdict given, and the text survives the tokenizer', () => {
      const tokenizer = createTokenizer(
        JSON.parse(readData('flan-t5-tokenizer/tokenizer.json')),
        JSON.parse(readData('flan-t5-tokenizer/tokenizer_config.json')),
      );
      let total = 0;
      let agree = 0;
      let survive = 0;
      let malformed = 0;
      let steps = 0;
      for (const line of readData('gsm8k-model-solutions/first-660.jsonl').trimEnd().split('\n')) {
        const record = v.parse(solutionLine, JSON.parse(line));
        const truth = /A: (.*)$/.exec(record.ground_truth)?.[1] ?? '';
        for (const model of MODELS) {
          const { is_correct, solution: text } = v.parse(solution, record[model]);
          const rationale = instructionRationale(text);
          const read = parseRationale(rationale);
          total += 1;
          steps += read.steps.length;
          malformed += read.steps.filter(({ malformed: fault }) => fault !== null).length;
          if (sameAnswer(read.answer, truth) === is_correct) agree += 1;
          if (tokenizer.decode(tokenizer.encode(rationale)) === rationale) survive += 1;
        }
      }
      console.log(
        `${agree} of ${total} verdicts agree, ${survive} texts survive, ${malformed} of ${steps} steps malformed`,
      );
      expect(agree / total).toBeGreaterThan(0.99);
      expect(survive / total).toBeGreaterThan(0.99);
      expect(malformed / steps).toBeLessThan(0.01);
    });
  },
);
