/** The module on real rationales: GSM8K's annotations and gold solutions, wrong chains of language models, pocket asides. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatePocketProblem } from '../../../src/data/pocket/generate';
import { verboseRationale } from '../../../src/data/pocket/verbose';
import { Random } from '../../../src/data/random';
import { evaluateExpression, parseExpression } from '../../../src/feedback/expression';
import { judgeRationale } from '../../../src/feedback/judge';
import { absolute, compare, rational, subtract } from '../../../src/feedback/rational';
import { readLabelledChains } from '../../../src/feedback/labelled-chains';
import { formatScore, scoreChains } from '../../../src/feedback/score';

const data = process.env['WINNOW_DATA'] ?? '../shared/data';
const train = join(data, 'gsm8k/train.jsonl');
const test = join(data, 'gsm8k/test.jsonl');
const solutions = join(data, 'gsm8k-model-solutions/first-660.jsonl');
const scoreFile = (text: string) => scoreChains(readLabelledChains(text));
const lines = (text: string, count: number): string => text.split('\n').slice(0, count).join('\n');

describe.skipIf(!existsSync(train) || !existsSync(test))(`GSM8K (${data}/gsm8k)`, () => {
  it('all 27,998 annotations evaluate and agree', () => {
    let annotations = 0;
    const wrong: string[] = [];
    for (const path of [train, test])
      for (const [whole, left = '', right = ''] of readFileSync(path, 'utf8').matchAll(
        /<<([^<>]*)=([^<>=]*)>>/g,
      )) {
        annotations += 1;
        const values = [left, right].map((side) => {
          const { expression } = parseExpression(side.replaceAll('\\/', '/'));
          return expression === null ? null : evaluateExpression(expression);
        });
        const [computed, stated] = values;
        const decimals = /\.(\d+)$/.exec(right)?.[1]?.length ?? 0;
        const unit = decimals === 0 ? rational(0) : rational(1n, 10n ** BigInt(decimals));
        if (
          computed === null ||
          computed === undefined ||
          stated === null ||
          stated === undefined ||
          compare(absolute(subtract(computed, stated)), unit) > 0
        )
          wrong.push(whole);
      }
    expect(annotations).toBe(27_998);
    expect(wrong).toEqual([]);
  });

  it('at least 98 % of the steps of gold solutions are kept', () => {
    const [source] = scoreFile(lines(readFileSync(test, 'utf8'), 500)).sources;
    expect(source).toMatchObject({ source: 'gold', wrongChains: 0, rightChains: 500 });
    const right = source?.gold.right;
    expect((right?.keptSteps ?? 0) / (right?.steps ?? 1)).toBeGreaterThan(0.98);
    expect((right?.accepted ?? 0) / 500).toBeGreaterThan(0.97);
  });
});

describe.skipIf(!existsSync(solutions))(
  `GSM8K model solutions (${data}/gsm8k-model-solutions)`,
  () => {
    it('something is rejected in every wrong chain, and few right ones lose a step', () => {
      const score = scoreFile(lines(readFileSync(solutions, 'utf8'), 100));
      expect(score.sources).toHaveLength(5);
      for (const { wrongChains, rightChains, gold } of score.sources) {
        expect(gold.wrong.withRejected).toBe(wrongChains);
        expect(gold.wrong.withIntermediateRejected / wrongChains).toBeGreaterThan(0.7);
        expect(gold.wrong.withOwnFault / wrongChains).toBeGreaterThan(0.9);
        expect(gold.right.accepted / rightChains).toBeGreaterThan(0.9);
        expect(gold.right.losingAsWrong / rightChains).toBeLessThan(0.12);
        expect(gold.right.keptSteps / gold.right.steps).toBeGreaterThan(0.93);
      }
      expect(formatScore(score)).toContain('| 175b_verification |');
    });
  },
);

describe('scoreFile', () => {
  it('names the line that it cannot read', () => {
    const row = JSON.stringify({ question: 'Two and three?', answer: '<<2+3=5>>5\n#### 5' });
    expect(scoreFile(`${row}\n\n`).sources).toMatchObject([
      { source: 'gold', rightChains: 1, gold: { right: { accepted: 1, steps: 1 } } },
    ]);
    expect(() => scoreFile(`${row}\n{"question": 5}`)).toThrow(/Line 2: expected a GSM8K problem/);
  });

  it('takes the first samples of a study, and judges them with its rollouts too', () => {
    const trace = {
      question: 'Ann has 6 bags with 4 apples each and eats 5. How many apples are left?',
      goldRationale: 'Ann has [6*4=24] apples | [24-5=19] are left | #### 19',
      goldAnswer: '19',
    };
    const samples = [
      {
        sample: 0,
        text: 'She eats first [5-4=1] | Ann has [6*4=24] | [24-6=18] are left | #### 18',
      },
      { sample: 1, text: trace.goldRationale },
    ];
    const place = (steps: number, buildsOn: readonly number[]) => ({
      steps,
      rollouts: [{ text: '', tokens: 5, right: true, buildsOn }],
    });
    const score = (places: object) =>
      scoreFile(JSON.stringify({ ...trace, samples, judged: [{ sample: 0, ...places }] })).sources;
    const wrong = (withIntermediateRejected: number) => ({ wrong: { withIntermediateRejected } });
    expect(score({})).toMatchObject([
      { source: 'teacher', wrongChains: 1, rightChains: 0, gold: wrong(1), rollouts: null },
    ]);
    const [acquitted] = score({ rollouts: [place(0, []), place(1, [0])] });
    expect(acquitted).toMatchObject({ gold: wrong(1), rollouts: wrong(0) });
    expect(
      formatScore({ sources: [acquitted].flatMap((each) => each ?? []), rejected: [] }),
    ).toContain('| teacher, + rollouts |');
  });
});

describe('pocket rationales with asides', () => {
  it('finds exactly the steps that nobody needs', () => {
    const random = new Random(11);
    const wrong: string[] = [];
    for (let count = 0; count < 300; count += 1) {
      const problem = generatePocketProblem(random, {
        steps: [0, 1, 1, 1, 1],
        distractorShare: 0.5,
      });
      const { text, needed } = verboseRationale(problem, random);
      const judgement = judgeRationale(text, problem);
      const kept = judgement.steps.map((step) => step.verdict === 'kept');
      if (!judgement.accepted || kept.join() !== needed.join()) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });
});
