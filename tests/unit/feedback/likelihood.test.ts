/** Plans of sequences against the definitions, thresholds against order statistics, and what likelihoods decide. */

import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { drawPocketProblems } from '../../../src/feedback/injection/inject';
import { judgeRationale } from '../../../src/feedback/judge';
import { askModels, countSequences, type AskedModel } from '../../../src/feedback/likelihood/ask';
import { fittingCases } from '../../../src/feedback/likelihood/fitting-cases';
import {
  partedRationale,
  planLikelihoods,
  signalValues,
  type PlannedRow,
} from '../../../src/feedback/likelihood/plan';
import { fitThreshold, fitThresholds } from '../../../src/feedback/likelihood/thresholds';
import {
  stepHelps,
  TOPIC_SIGNALS,
  undecidedSignals,
} from '../../../src/feedback/likelihood/undecided';
import { LIKELIHOOD_SIGNALS, type StepLikelihood } from '../../../src/rationale/trace';

/** A made-up likelihood that depends on which steps there are, on their order, and on what is asked about. */
const likelihoodOf = ({ steps, asked }: PlannedRow): number =>
  -steps.reduce((sum, index, place) => sum + Math.sin(3 + 7 * index + place), 40 + 3 * asked);

describe('a plan', () => {
  test('gives the signals as they are defined, each sequence once, whatever is wanted', () => {
    const random = new Random(1);
    for (let draw = 0; draw < 300; draw += 1) {
      const count = random.integer(1, 9);
      const wanted = Array.from({ length: random.integer(0, 12) }, () => ({
        index: random.integer(0, count - 1),
        signal: random.pick(LIKELIHOOD_SIGNALS),
      }));
      const plan = planLikelihoods(count, wanted);
      const keys = plan.rows.map(({ steps, asked }) => `${steps.join()}/${asked}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(plan.rows.length).toBeLessThanOrEqual(Math.min(2 * wanted.length, 4 * count));
      const tokens = ({ asked }: PlannedRow) => 2 + 3 * asked;
      const values = signalValues(
        plan,
        plan.rows.map((row) => ({ logProbability: likelihoodOf(row), tokens: tokens(row) })),
      );
      expect(values).toHaveLength(wanted.length);
      const all = Array.from({ length: count }, (_, index) => index);
      wanted.forEach(({ index, signal }, place) => {
        const steps = signal === 'information-gain' ? all.slice(0, index + 1) : all;
        const asked = signal === 'following' ? count - index - 1 : 0;
        const less = steps.filter((other) => other !== index);
        const expected =
          (likelihoodOf({ steps, asked }) - likelihoodOf({ steps: less, asked })) /
          tokens({ steps, asked });
        expect(values[place]).toBeCloseTo(expected, 10);
      });
    }
  });

  test('asks about the answer alone, or about the later steps too', () => {
    const texts = ['one [1+1=2]', 'two | [2+1=3]', 'three [3+1=4]'];
    const parted = (steps: readonly number[], asked: number) =>
      partedRationale({ steps, asked }, texts, '4');
    expect(parted([0, 1, 2], 0)).toEqual({
      given: 'one [1+1=2] | two / [2+1=3] | three [3+1=4] | ####',
      asked: ' 4',
    });
    expect(parted([0, 1, 2], 2)).toEqual({
      given: 'one [1+1=2] | ',
      asked: 'two / [2+1=3] | three [3+1=4] | #### 4',
    });
    expect(parted([1, 2], 2)).toEqual({
      given: '',
      asked: 'two / [2+1=3] | three [3+1=4] | #### 4',
    });
    expect(parted([], 0)).toEqual({ given: '####', asked: ' 4' });
  });

  test('refuses scores of another plan, and likelihoods that are no numbers', () => {
    const plan = planLikelihoods(2, [{ index: 1, signal: 'leave-one-out' }]);
    expect(() => signalValues(plan, [])).toThrow('expected 2 scores');
    const score = { logProbability: -1, tokens: 2 };
    expect(() => signalValues(plan, [score, { logProbability: Number.NaN, tokens: 2 }])).toThrow(
      'expected a finite likelihood',
    );
  });
});

describe('a threshold', () => {
  test('is the highest that 95 % of the clean steps reach', () => {
    const random = new Random(2);
    for (const size of [20, 21, 39, 40, 100, 317]) {
      const clean = Array.from({ length: size }, () => random.next() * 4 - 1);
      const { threshold, retention } = fitThreshold(clean, [0]);
      expect(retention).toBeGreaterThanOrEqual(0.95);
      const higher = clean.filter((value) => value > threshold).length;
      expect(higher / size).toBeLessThan(0.95);
    }
  });

  test('is asked for where at least half of the injected errors fall short of it', () => {
    const clean = Array.from({ length: 40 }, (_, index) => 1 + index / 40);
    expect(fitThreshold(clean, [0, 0, 2, 2])).toMatchObject({ recall: 0.5, used: true });
    expect(fitThreshold(clean, [0, 2, 2, 2])).toMatchObject({ recall: 0.25, used: false });
    expect(fitThreshold(clean, [])).toMatchObject({ recall: 0, used: false });
  });

  test('stays 0 with too few clean steps', () => {
    expect(fitThreshold([5, 6, 7], [-1, 1])).toMatchObject({ threshold: 0, recall: 0.5 });
  });

  test('is fitted for each signal and model apart', () => {
    const fitted = fitThresholds([
      { signal: 'leave-one-out', model: 'student', label: 'clean', value: 1 },
      { signal: 'information-gain', model: 'teacher', label: 'injected', value: -1 },
    ]);
    expect(
      fitted.map(({ signal, model, clean, injected }) => [signal, model, clean, injected]),
    ).toEqual([
      ['information-gain', 'teacher', 0, 1],
      ['leave-one-out', 'student', 1, 0],
    ]);
  });
});

const likelihood = (
  signal: StepLikelihood['signal'],
  value: number,
  model: StepLikelihood['model'] = 'teacher',
): StepLikelihood => ({ signal, model, value, threshold: 0.1 });

describe('what likelihoods decide', () => {
  const context = {
    question: 'Ann has 5 apples and 3 pears. Each costs $2. How much does she pay?',
    goldRationale: 'Ann has [5+3=8] fruits | she pays [8*2=16] dollars | #### 16',
    goldAnswer: '16',
  };
  const judge = (text: string, likelihoods?: readonly (readonly [number, StepLikelihood[]])[]) =>
    judgeRationale(text, context, {
      trimRedundant: true,
      likelihoods: likelihoods && new Map(likelihoods),
    });
  const superfluous =
    'Ann has [5+3=8] fruits | the pears cost [3*2=6] dollars | she pays [8*2=16] dollars | #### 16';
  const verdicts = ({ steps }: ReturnType<typeof judge>) => steps.map(({ verdict }) => verdict);

  test('a superfluous step stays where either model is less sure without it', () => {
    const before = judge(superfluous);
    expect(verdicts(before)).toEqual(['kept', 'rejected', 'kept']);
    expect(undecidedSignals(before.steps)).toEqual([
      { index: 1, signal: 'leave-one-out' },
      { index: 1, signal: 'following' },
    ]);
    const low = likelihood('leave-one-out', 0.05);
    const high = likelihood('leave-one-out', 0.2, 'student');
    expect(verdicts(judge(superfluous, [[1, [low]]]))).toEqual(['kept', 'rejected', 'kept']);
    const silent = likelihood('following', 0);
    expect(verdicts(judge(superfluous, [[1, [low, silent]]]))).toEqual([
      'kept',
      'rejected',
      'kept',
    ]);
    const after = judge(superfluous, [[1, [low, high, silent]]]);
    expect(verdicts(after)).toEqual(['kept', 'kept', 'kept']);
    expect(after.accepted).toBe(true);
    expect(after.steps[1]?.likelihoods).toEqual([low, high, silent]);
    expect(undecidedSignals(after.steps)).toEqual([]);
    // The other signal says nothing of this check.
    const gain = [likelihood('information-gain', 9)];
    expect(verdicts(judge(superfluous, [[1, gain]]))).toEqual(['kept', 'rejected', 'kept']);
  });

  test('what a helpful step is computed from stays with it', () => {
    const text =
      'pears cost [3*2=6] dollars | with change [6+5=11] | Ann has [5+3=8] fruits | she pays [8*2=16] dollars | #### 16';
    expect(verdicts(judge(text))).toEqual(['rejected', 'rejected', 'kept', 'kept']);
    const helpful = judge(text, [[1, [likelihood('leave-one-out', 1)]]]);
    expect(verdicts(helpful)).toEqual(['kept', 'kept', 'kept', 'kept']);
    expect(helpful.accepted).toBe(true);
  });

  test('a number from nowhere in a step that reaches a gold value is rejected without information gain', () => {
    const text = 'Ann has [5+3=8] fruits | she pays [17-1=16] dollars | #### 16';
    const before = judge(text);
    expect(before.steps[1]?.verdict).toBe('kept');
    expect(undecidedSignals(before.steps)).toContainEqual({ index: 1, signal: 'information-gain' });
    const none = judge(text, [[1, [likelihood('information-gain', 0)]]]);
    expect(none.steps[1]).toMatchObject({ verdict: 'rejected', reason: 'ungrounded' });
    expect(none.steps[1]?.message).toContain('no likelier');
    expect(judge(text, [[1, [likelihood('information-gain', 1)]]]).steps[1]?.verdict).toBe('kept');
  });

  test('an off-topic step is excused by information gain', () => {
    const text = `Paris lies in France | ${context.goldRationale}`;
    const before = judge(text);
    expect(before.steps[0]).toMatchObject({ verdict: 'rejected', reason: 'off-topic' });
    expect(undecidedSignals(before.steps)).toEqual([
      { index: 0, signal: 'information-gain' },
      { index: 0, signal: 'following' },
    ]);
    expect(judge(text, [[0, [likelihood('information-gain', 1)]]]).steps[0]?.verdict).toBe('kept');
    expect(stepHelps([], TOPIC_SIGNALS)).toBeNull();
    expect(stepHelps(undefined, TOPIC_SIGNALS)).toBeNull();
  });

  test('a sentence that nothing rests on is left to the models, and stays where none is asked', () => {
    const text = `Ann likes apples and pears | ${context.goldRationale}`;
    const before = judge(text);
    expect(before.steps[0]?.verdict).toBe('kept');
    expect(undecidedSignals(before.steps).map(({ index, signal }) => [index, signal])).toEqual([
      [0, 'leave-one-out'],
      [0, 'following'],
    ]);
    const useless = judge(text, [[0, [likelihood('following', 0)]]]);
    expect(useless.steps[0]).toMatchObject({ verdict: 'rejected', reason: 'redundant' });
    expect(useless).toMatchObject({ accepted: true });
    expect(judge(text, [[0, [likelihood('following', 1)]]]).steps[0]?.verdict).toBe('kept');
    const used = 'She has 5 and 3 fruits, that is 8 | she pays [8*2=16] dollars | #### 16';
    expect(undecidedSignals(judge(used).steps)).toEqual([]);
    const last = context.goldRationale.replace(' | ####', ' | Ann likes apples | ####');
    expect(undecidedSignals(judge(last).steps)).toEqual([]);
  });

  test('nothing excuses a wrong step', () => {
    const wrong = 'Ann has [5+3=9] fruits | she pays [8*2=16] dollars | #### 16';
    expect(undecidedSignals(judge(wrong).steps).map(({ index }) => index)).not.toContain(0);
  });
});

describe('asking models', () => {
  const problems = drawPocketProblems(8, 3);
  const cases = fittingCases(problems, 4).flat();

  test('cases are the same for the same seed, with both labels and every signal', () => {
    expect(fittingCases(problems, 4).flat()).toEqual(cases);
    expect(fittingCases(problems, 5).flat()).not.toEqual(cases);
    for (const label of ['clean', 'injected'])
      for (const signal of LIKELIHOOD_SIGNALS)
        expect(
          cases.some(
            (each) => each.label === label && each.wanted.some((one) => one.signal === signal),
          ),
        ).toBe(true);
    for (const { steps, wanted } of cases)
      for (const { index } of wanted) expect(steps[index]).toBeDefined();
  });

  test('costs what was counted, and gives every model its own prompt', async () => {
    const prompts: string[] = [];
    const ask = (model: AskedModel['model'], sign: number): AskedModel => ({
      model,
      promptOf: (question) => `${model}: ${question}`,
      scoreRationales: async (questions) =>
        questions.map(({ prompt, rationales }) => {
          prompts.push(prompt);
          return rationales.map(({ given }) => ({
            logProbability: sign * given.length,
            tokens: 3,
          }));
        }),
    });
    const asks = (signal: string, model: string) =>
      model === 'teacher' || signal === 'leave-one-out';
    const { measured, cost } = await askModels(
      cases,
      [ask('teacher', 1), ask('student', -1)],
      asks,
    );
    const counted = cases.reduce(
      (sum, each) => sum + countSequences(each, ['teacher', 'student'], asks),
      0,
    );
    expect(cost).toEqual({ sequences: counted, tokens: 3 * counted });
    expect(prompts).toContain(`teacher: ${problems[0]?.question}`);
    expect(prompts).toContain(`student: ${problems[0]?.question}`);
    for (const { model, signal, value } of measured) {
      expect(Math.sign(value)).toBe(model === 'teacher' ? 1 : -1);
      expect(model === 'student' && signal === 'information-gain').toBe(false);
    }
    const wanted = cases.flatMap((each) => each.wanted);
    const both = wanted.filter(({ signal }) => signal === 'leave-one-out').length;
    expect(measured).toHaveLength(wanted.length + both);
  });
});
