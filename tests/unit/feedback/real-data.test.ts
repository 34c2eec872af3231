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
import { formatScore, scoreFile } from '../../../src/feedback/score';

const data = process.env['WINNOW_DATA'] ?? '../shared/data';
const train = join(data, 'gsm8k/train.jsonl');
const test = join(data, 'gsm8k/test.jsonl');
const solutions = join(data, 'gsm8k-model-solutions/first-660.jsonl');
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
    const [gold] = scoreFile(lines(readFileSync(test, 'utf8'), 500)).chains;
    expect(gold?.chains).toBe(500);
    expect((gold?.keptSteps ?? 0) / (gold?.steps ?? 1)).toBeGreaterThan(0.98);
    expect((gold?.accepted ?? 0) / 500).toBeGreaterThan(0.97);
  });
});

describe.skipIf(!existsSync(solutions))(
  `GSM8K model solutions (${data}/gsm8k-model-solutions)`,
  () => {
    it('no wrong chain is accepted, and few right ones are not', () => {
      const score = scoreFile(lines(readFileSync(solutions, 'utf8'), 100));
      expect(score.chains).toHaveLength(8);
      for (const wrong of score.chains.filter(({ right }) => !right))
        expect(wrong).toMatchObject({ accepted: 0, withRejected: wrong.chains });
      for (const right of score.chains.filter((chain) => chain.right)) {
        expect(right.accepted / right.chains).toBeGreaterThan(0.9);
        expect(right.keptSteps / right.steps).toBeGreaterThan(0.93);
      }
      expect(formatScore(score)).toContain('175b_verification, wrong:');
    });
  },
);

describe('scoreFile', () => {
  it('names the line that it cannot read', () => {
    const row = JSON.stringify({ question: 'Two and three?', answer: '<<2+3=5>>5\n#### 5' });
    expect(scoreFile(`${row}\n\n`).chains[0]).toMatchObject({
      source: 'gold',
      accepted: 1,
      steps: 1,
    });
    expect(() => scoreFile(`${row}\n{"question": 5}`)).toThrow(/Line 2: expected a GSM8K problem/);
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
