/** Injected errors: each is what its kind says, labelled in the right place, the same for the same seed; and the measure of them. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/data/random';
import { readChain } from '../../../src/feedback/chain';
import type {
  CorruptedRationale,
  CorruptionKind,
} from '../../../src/feedback/injection/corruption';
import { CORRUPTION_KINDS } from '../../../src/feedback/injection/corruption';
import {
  corrupt,
  corruptAll,
  drawPocketProblems,
  superfluousSteps,
} from '../../../src/feedback/injection/inject';
import { formatInjection, measureInjection } from '../../../src/feedback/injection/measure';
import type { JudgeContext, Judgement } from '../../../src/feedback/judge';
import { judgeRationale } from '../../../src/feedback/judge';
import { absolute, compare, rational, subtract } from '../../../src/feedback/rational';

const clips: JudgeContext = {
  question:
    'Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. ' +
    'How many clips did Natalia sell altogether in April and May?',
  goldRationale:
    'Natalia sold 48/2 = [48/2=24]24 clips in May | Natalia sold 48+24 = [48+24=72]72 clips altogether | #### 72',
  goldAnswer: '72',
};
const pens: JudgeContext = {
  question: 'Ann buys 3 boxes of 5 pens and gives 4 pens away. How many pens are left?',
  goldRationale: 'Ann buys [3*5=15] 15 pens | She keeps [15-4=11] 11 pens | #### 11',
  goldAnswer: '11',
};

const problems = drawPocketProblems(40, 3);
const corrupted = corruptAll(problems, 5);
const ofKind = (kind: CorruptionKind) => corrupted.filter((each) => each.kind === kind);
const textsOf = (rationale: string) => readChain(rationale).steps.map(({ text }) => text);
const injectedOf = ({ text, labels }: CorruptedRationale) =>
  textsOf(text).filter((_, index) => labels[index] === 'injected');

describe('corruptAll', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(corruptAll(problems, 5)).toEqual(corrupted);
    expect(corruptAll(problems, 6)).not.toEqual(corrupted);
  });

  it('draws for every problem on its own', () => {
    expect(corruptAll(problems.slice(0, 2), 5)[0]).toEqual(corrupted[0]);
  });

  it('has every kind but the one that needs a generator, one injected step each', () => {
    const kinds = CORRUPTION_KINDS.filter((kind) => ofKind(kind).length > 25);
    expect(kinds).toEqual(CORRUPTION_KINDS.filter((kind) => kind !== 'superfluous-step'));
    for (const each of corrupted) {
      expect(each.labels).toHaveLength(textsOf(each.text).length);
      expect(each.labels.filter((label) => label === 'injected')).toHaveLength(1);
      expect(each.text).not.toBe(each.context.goldRationale);
    }
  });

  it('computes rightly with what is wrong, but for a wrong result', () => {
    const wrongSteps = ({ text, labels }: CorruptedRationale) =>
      readChain(text).steps.flatMap(({ equation }, index) =>
        // Amounts are written with two decimals at most.
        equation !== null &&
        compare(absolute(subtract(equation.computed, equation.stated)), rational(1, 100)) > 0
          ? [labels[index]]
          : [],
      );
    for (const each of ofKind('wrong-result')) expect(wrongSteps(each)).toEqual(['injected']);
    for (const kind of ['grounded-operand', 'ungrounded-operand', 'wrong-operator'] as const)
      for (const each of ofKind(kind)) {
        expect(wrongSteps(each)).toEqual([]);
        expect(readChain(each.text).answer).not.toBe(each.context.goldAnswer);
      }
  });

  it('moves, doubles, inserts and leaves out whole steps', () => {
    for (const each of ofKind('duplicate')) {
      const gold = textsOf(each.context.goldRationale);
      expect(gold).toContain(injectedOf(each)[0]);
      expect(textsOf(each.text)).toHaveLength(gold.length + 1);
    }
    for (const each of ofKind('dropped-step')) {
      const gold = textsOf(each.context.goldRationale);
      expect(textsOf(each.text)).toHaveLength(gold.length - 1);
      expect(gold).toEqual(expect.arrayContaining(textsOf(each.text)));
    }
    for (const each of ofKind('reordered-step')) {
      const gold = textsOf(each.context.goldRationale);
      expect(textsOf(each.text).toSorted()).toEqual(gold.toSorted());
      expect(textsOf(each.text)).not.toEqual(gold);
    }
    for (const kind of ['foreign-step', 'off-topic-prose', 'restatement'] as const)
      for (const each of ofKind(kind)) {
        const [step] = injectedOf(each);
        const rest = textsOf(each.text).filter((_, index) => each.labels[index] === 'clean');
        expect(rest).toEqual(textsOf(each.context.goldRationale));
        expect(rest).not.toContain(step);
      }
  });
});

describe('corrupt', () => {
  const draw = (kind: CorruptionKind, seed: number) => corrupt(kind, clips, pens, new Random(seed));

  it('carries a wrong number through prose, echo and answer', () => {
    const texts = new Set<string>();
    for (let seed = 0; seed < 40; seed += 1) texts.add(draw('wrong-result', seed)?.text ?? '');
    expect([...texts]).toContain(
      'Natalia sold 48/2 = [48/2=25]25 clips in May | Natalia sold 48+25 = [48+25=73]73 clips altogether | #### 73',
    );
    expect([...texts]).toContain(
      'Natalia sold 48/2 = [48/2=24]24 clips in May | Natalia sold 48+24 = [48+24=71]71 clips altogether | #### 71',
    );
  });

  it('takes another operation', () => {
    const texts = new Set<string>();
    for (let seed = 0; seed < 40; seed += 1) texts.add(draw('wrong-operator', seed)?.text ?? '');
    expect([...texts]).toContain(
      'Natalia sold 48*2 = [48*2=96]96 clips in May | Natalia sold 48+96 = [48+96=144]144 clips altogether | #### 144',
    );
  });

  it('labels what rests on a broken or missing step as a consequence', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect([
        ['injected', 'consequence'],
        ['clean', 'injected'],
      ]).toContainEqual(draw('malformed', seed)?.labels);
      expect(corrupt('dropped-step', pens, clips, new Random(seed))).toMatchObject({
        text: 'She keeps [15-4=11] 11 pens | #### 11',
        labels: ['injected'],
      });
      expect(corrupt('reordered-step', pens, clips, new Random(seed))).toMatchObject({
        text: 'She keeps [15-4=11] 11 pens | Ann buys [3*5=15] 15 pens | #### 11',
        labels: ['injected', 'consequence'],
      });
      // A 24 may be the hours of a day: nothing shows that it is missing.
      expect(draw('dropped-step', seed)).toBeNull();
    }
  });

  it('gives up where a rationale has no room for the error', () => {
    const inWords = { ...clips, goldRationale: 'She sold half as many | #### 72' };
    for (const kind of ['wrong-result', 'malformed', 'dropped-step', 'restatement'] as const)
      expect(corrupt(kind, inWords, pens, new Random(1))).toBeNull();
  });
});

describe('measureInjection', () => {
  const rules = (context: JudgeContext, text: string): Judgement =>
    judgeRationale(text, context, { trimRedundant: true, rulesOnly: true });
  const keepAll = (text: string, context: JudgeContext): Judgement => {
    const judgement = rules(context, text);
    return {
      ...judgement,
      steps: judgement.steps.map((step) => ({ ...step, verdict: 'kept', reason: null })),
    };
  };

  it('counts what is found, what is falsely rejected, and the first error', async () => {
    const sample = corrupted.filter(({ kind }) => kind === 'wrong-result').slice(0, 10);
    const clean = problems.slice(0, 5);
    const steps = clean.reduce((sum, { steps: each }) => sum + each.length, 0);
    const { judges, misses } = await measureInjection(clean, sample, [
      {
        name: 'none',
        judge: (cases) => Promise.resolve(cases.map((each) => keepAll(each.text, each.context))),
      },
      {
        name: 'gold',
        judge: (cases) =>
          Promise.resolve(cases.map((each) => judgeRationale(each.text, each.context))),
      },
    ]);
    expect(judges).toMatchObject([
      { steps, kept: steps, kinds: [{ injected: 10, found: 0, firstErrorRight: 0 }] },
      { steps, kept: steps, kinds: [{ injected: 10, found: 10, firstErrorRight: 10 }] },
    ]);
    expect(misses).toHaveLength(10);
    expect(formatInjection({ judges, misses })).toContain('| wrong-result |     10 |');
  });

  it('refuses a judge that loses rationales', async () => {
    const forgetful = { name: 'forgetful', judge: () => Promise.resolve([]) };
    await expect(measureInjection(problems, corrupted, [forgetful])).rejects.toThrow(
      /"forgetful" was given 40 rationales and returned 0/,
    );
  });

  it('labels the asides of the pocket generator', () => {
    const verbose = superfluousSteps(problems, 5);
    expect(verbose.length).toBeGreaterThan(35);
    for (const each of verbose) {
      const rest = textsOf(each.text).filter((_, index) => each.labels[index] === 'clean');
      expect(rest).toEqual(textsOf(each.context.goldRationale));
    }
  });
});
