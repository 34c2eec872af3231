/** Rollouts against closed forms: which step they blame or acquit, how few places that takes, and what is taught of them. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { concludingStepOf } from '../../../src/feedback/assess';
import { judgeRationale, type JudgeContext } from '../../../src/feedback/judge';
import { continuedSample, winnow } from '../../../src/feedback/repair';
import {
  decideByRollouts,
  type ContinuableRationale,
  type RolloutRequest,
} from '../../../src/feedback/rollouts/decide';
import { nextPlace, type WrongRationale } from '../../../src/feedback/rollouts/search';
import { writeRollouts } from '../../../src/feedback/rollouts/write';
import {
  fallsAtStep,
  fallsFromAllToNone,
  leadsOn,
  rolloutsOfStep,
  type RolloutPlace,
} from '../../../src/rationale/rollouts';
import type { Teacher } from '../../../src/rationale/teacher';
import type { Reason, StepVerdict, TeacherSample } from '../../../src/rationale/trace';
import { createTokenizer } from '../../../src/text/tokenizer';

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A place of whose continuations so many are right, and build on these steps. */
const place = (
  steps: number,
  right: number,
  of = 4,
  buildsOn: readonly number[] = indices(steps),
): RolloutPlace => ({
  steps,
  rollouts: Array.from({ length: of }, (_, index) => ({
    text: `continuation ${index}`,
    tokens: 5,
    right: index < right,
    buildsOn: index < right ? buildsOn : [],
  })),
});

const verdict = (reason: Reason | null): StepVerdict => ({
  text: 'a step',
  verdict: reason === null ? 'kept' : 'rejected',
  reason,
  message: '',
  outcomes: [],
  dependsOn: [],
});

describe('the search', () => {
  /** Asks until nothing is open, of a teacher that is right up to a place and never behind it. */
  function search(reasons: readonly (Reason | null)[], lastGood: number): RolloutPlace[] {
    const places: RolloutPlace[] = [];
    const steps = reasons.map(verdict);
    for (;;) {
      const next = nextPlace({ steps, concludingStep: reasons.length - 1, places });
      if (next === null) return places;
      expect(places.map((each) => each.steps)).not.toContain(next);
      places.push(place(next, next <= lastGood ? 4 : 0));
    }
  }

  test('finds the step that leads astray in about log2 n places, wherever it is', () => {
    for (let count = 2; count <= 9; count += 1)
      for (let lastGood = 0; lastGood < count; lastGood += 1) {
        const reasons = Array.from({ length: count }, () => 'contradicts-gold' as const);
        const places = search(reasons, lastGood);
        expect(places.length).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(count)));
        const falling = reasons.flatMap((_, index) =>
          fallsAtStep(rolloutsOfStep(places, index)) ? [index] : [],
        );
        // What follows the conclusion is not asked about: it is wrong already.
        expect(falling).toEqual(lastGood === count - 1 ? [] : [lastGood]);
        reasons.forEach((_, index) => {
          expect(leadsOn(rolloutsOfStep(places, index))).toBe(index < lastGood);
        });
      }
  });

  test('stops at the question where the teacher never solves it', () => {
    expect(search(['contradicts-gold', null, 'contradicts-gold'], -1)).toEqual([place(0, 0)]);
  });

  test('asks for nothing where no decision depends on it', () => {
    expect(search(['contradicts-gold'], 0)).toEqual([]);
    expect(search([], 0)).toEqual([]);
    expect(search(['arithmetic', 'contradicts-gold', 'contradicts-gold'], 3)).toEqual([]);
    expect(search([null, 'ungrounded', null, 'contradicts-gold'], 3)).toEqual([]);
  });

  test('looks no further than the first step that a rule rejects', () => {
    const reasons: (Reason | null)[] = [null, 'contradicts-gold', null, 'arithmetic', null, null];
    const places = search(reasons, 3);
    expect(places.map(({ steps }) => steps)).toEqual([0, 2]);
    // A step that says something twice is no such rule.
    expect(search([null, 'repeated', 'contradicts-gold', null], 4)).not.toEqual([]);
  });
});

describe('what rollouts say of a step', () => {
  test('a place leads on where a later one does, and not where an earlier one never does', () => {
    const places = [place(0, 3), place(2, 1), place(4, 0)];
    expect(rolloutsOfStep(places, 0)).toEqual({
      before: { steps: 0, right: 3, of: 4 },
      behind: { steps: 2, right: 1, of: 4 },
      vouched: true,
    });
    expect(rolloutsOfStep(places, 2)).toEqual({
      before: { steps: 2, right: 1, of: 4 },
      behind: null,
      vouched: false,
    });
    expect(rolloutsOfStep(places, 6).behind).toEqual({ steps: 4, right: 0, of: 4 });
    expect(rolloutsOfStep([], 0)).toEqual({ before: null, behind: null, vouched: false });
    expect(rolloutsOfStep([{ steps: 0, rollouts: [] }], 0).before).toBeNull();
  });

  test('a later right continuation outweighs an earlier place without one', () => {
    expect(leadsOn(rolloutsOfStep([place(1, 0), place(2, 1)], 0))).toBe(true);
  });

  test('a fall from all to none takes four continuations on either side of the step', () => {
    const falls = (before: RolloutPlace, behind: RolloutPlace, index = 1) =>
      fallsFromAllToNone(rolloutsOfStep([before, behind], index), index);
    expect(falls(place(1, 4), place(2, 0))).toBe(true);
    expect(falls(place(1, 3), place(2, 0))).toBe(false);
    expect(falls(place(1, 4), place(2, 1))).toBe(false);
    expect(falls(place(1, 3, 3), place(2, 0))).toBe(false);
    expect(falls(place(1, 4), place(2, 0, 3))).toBe(false);
    expect(falls(place(0, 4), place(2, 0))).toBe(false);
  });
});

const context: JudgeContext = {
  question:
    'Ann has 6 bags with 4 apples each. She eats 5 apples and buys 3 more bags. How many apples has she?',
  goldRationale:
    'Ann has [6*4=24] apples | She is left with [24-5=19] apples | She buys [3*4=12] apples | She has [19+12=31] apples | #### 31',
  goldAnswer: '31',
};
/** Another way, up to its end, which takes the apples eaten away twice. */
const ASTRAY =
  'There are [6+3=9] bags | They hold [9*4=36] apples | She eats one and has [36-1=35] apples | She has [35-5=30] apples | #### 30';
/** Gold values, and a step that answers another question. */
const MISUSED =
  'Ann has [6*4=24] apples | She buys [3*4=12] apples | She has [24-12=12] apples | So she has [12-5=7] apples | #### 7';

/** The verdicts of a rationale with rollouts of which so many are right by place. */
function judged(
  text: string,
  rightAt: (steps: number) => number,
  count = 4,
  buildsOn?: readonly number[],
) {
  let places: readonly RolloutPlace[] = [];
  let judgement = judgeRationale(text, context);
  const asked: RolloutRequest[] = [];
  const rationale: ContinuableRationale = {
    goldAnswer: context.goldAnswer,
    answer: judgement.answer,
    concludingStep: concludingStepOf(text),
    get steps() {
      return judgement.steps;
    },
    get places() {
      return places;
    },
    judgeAgain: (rollouts) => {
      places = rollouts;
      judgement = judgeRationale(text, context, { trimRedundant: true, rollouts });
    },
  };
  const decided = decideByRollouts([rationale], async (requests) => {
    asked.push(...requests);
    return requests.map(({ steps }) => place(steps, rightAt(steps), count, buildsOn));
  });
  return decided.then(() => ({ steps: judgement.steps, asked, places }));
}

describe('the verdicts', () => {
  test('another way is acquitted up to the step that leads astray', async () => {
    expect(judgeRationale(ASTRAY, context).steps.map(({ reason }) => reason)).toEqual([
      'contradicts-gold',
      'ungrounded',
      'ungrounded',
      'ungrounded',
    ]);
    const { steps, asked, places } = await judged(ASTRAY, (count) => (count <= 2 ? 3 : 0));
    expect(steps.map(({ reason }) => reason)).toEqual([
      null,
      null,
      'contradicts-gold',
      'ungrounded',
    ]);
    expect(steps[2]?.message).toBe(
      'Before this step 3 of 4 continuations of the teacher reach the right answer, behind it none of 4.',
    );
    expect(asked.map(({ begin }) => begin)[0]).toBe('');
    expect(asked.find((each) => each.steps === 2)?.begin).toBe(
      'There are [6+3=9] bags | They hold [9*4=36] apples |',
    );
    expect(places.map((each) => each.steps)).toEqual(
      places.map((each) => each.steps).toSorted((first, second) => first - second),
    );
  });

  test('a step that the right continuations do without is not acquitted', async () => {
    const reached = (count: number) => (count <= 2 ? 3 : 0);
    const { steps } = await judged(ASTRAY, reached, 4, [0]);
    // The second falls with the first no more, and nothing vouches for it.
    expect(steps.map(({ reason }) => reason)).toEqual([
      null,
      'contradicts-gold',
      'ungrounded',
      'ungrounded',
    ]);
    expect(steps[1]?.message).toContain('this way ends in a wrong answer');
  });

  test('a step with a gold value is blamed for a fall from all to none alone', async () => {
    const reasons = async (before: number, count = 4) =>
      (await judged(MISUSED, (steps) => (steps <= 2 ? before : 0), count)).steps.map(
        ({ reason }) => reason,
      );
    expect(await reasons(4)).toEqual([null, null, 'contradicts-gold', 'contradicts-gold']);
    expect(await reasons(3)).toEqual([null, null, null, 'contradicts-gold']);
    expect(await reasons(3, 3)).toEqual([null, null, null, 'contradicts-gold']);
  });

  test('where the teacher never solves the problem, the end of the rationale decides', async () => {
    const { steps, asked } = await judged(ASTRAY, () => 0);
    expect(asked).toHaveLength(1);
    expect(steps[0]).toMatchObject({ verdict: 'rejected', reason: 'contradicts-gold' });
    expect(steps[0]?.message).toContain('this way ends in a wrong answer');
  });

  test('a right rationale is not gone on with: its own end is a right continuation of every step', async () => {
    expect((await judged(context.goldRationale, () => 0)).asked).toEqual([]);
  });

  test('a budget that pays for nothing more ends the asking', async () => {
    const rationale: WrongRationale & ContinuableRationale = {
      steps: judgeRationale(ASTRAY, context).steps,
      concludingStep: 3,
      places: [],
      goldAnswer: '31',
      answer: '30',
      judgeAgain: () => {},
    };
    let times = 0;
    await decideByRollouts([rationale, rationale], async (requests) => {
      times += 1;
      return requests.slice(0, 1).map(({ steps }) => place(steps, 4));
    });
    expect(times).toBe(1);
  });
});

test('continuations are written from every place, and tell which of its steps they build on', async () => {
  const way = 'There are [6+3=9] bags | Bags are [9-3=6] | They hold [9*4=36] apples |';
  const ends = [
    'She has [36-5=31] apples | #### 31',
    'She has [36-5=30] apples | #### 31',
    'She has [36-5=31] apples | #### 30',
  ];
  const seeds: number[] = [];
  const teacher: Teacher = {
    name: 'scripted',
    continues: true,
    generate: async (prompts, options) => {
      seeds.push(...options.seeds);
      return prompts.map((prompt, row) => {
        expect(prompt).toBe('the prompt');
        const begin = options.prefixes?.[row] ?? '';
        return { text: `${begin} ${ends[row % ends.length]}`.trim(), tokens: 7 };
      });
    },
  };
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`public/models/pocket/${name}`, 'utf8'));
  const tokenizer = createTokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
  const start = (begin: string) => ({ problem: 'p', prompt: 'the prompt', begin, context });
  const options = {
    count: 3,
    seed: 1,
    temperature: 0.7,
    maximumTokens: 64,
    batchSize: 64,
    rest: async () => {},
  };
  const written = await writeRollouts(teacher, tokenizer, [start(way), start('')], options);
  expect(written.map((all) => all.map(({ right }) => right))).toEqual([
    [true, true, false],
    [true, true, false],
  ]);
  // The second step says nothing that the answer needs; a false calculation vouches for none.
  expect(written[0]?.map(({ buildsOn }) => buildsOn)).toEqual([[0, 2], [], []]);
  expect(new Set(seeds).size).toBe(6);
});

describe('a continuation that is taught', () => {
  const sample: TeacherSample = {
    sample: 0,
    temperature: 0,
    text: ASTRAY,
    tokens: 40,
    answer: '30',
  };
  const right = (text: string) => ({ text, tokens: 9, right: true, buildsOn: [] });
  const way = 'There are [6+3=9] bags | They hold [9*4=36] apples | She has [36-5=31] apples';
  const rollouts: RolloutPlace[] = [
    { steps: 0, rollouts: [right(context.goldRationale)] },
    {
      steps: 2,
      rollouts: [
        right(`${way.replace('36-5=31', '36-5=30')} | #### 31`),
        { text: 'wrong | #### 30', tokens: 4, right: false, buildsOn: [] },
        right(`${way} | #### 31`),
      ],
    },
  ];
  const options = { goldFallback: true, trimRedundant: true };

  test('is verified as a whole, and keeps as many of the steps as it can', () => {
    const said = new Map([[0, { rollouts }]]);
    const { judged: before } = winnow([sample], context, options, said);
    expect(before[0]?.rollouts).toBe(rollouts);
    const [first] = before;
    if (first === undefined) throw new Error('expected a judged sample');
    const continued = continuedSample(first, context, options, { temperature: 0.7, sample: 1 });
    expect(continued).toEqual({
      sample: 1,
      temperature: 0.7,
      goesOn: { sample: 0, steps: 2 },
      text: `${way} | #### 31`,
      tokens: 9,
      answer: '31',
    });
    if (continued === null) return;
    expect(winnow([sample, continued], context, options, said)).toMatchObject({
      provenance: 'continued',
      winnowed: `${way} | #### 31`,
    });
  });

  test('from no step is another sample; there is none where none is verified', () => {
    const of = (places: readonly RolloutPlace[]) =>
      continuedSample(
        { sample: 0, text: ASTRAY, steps: [], accepted: false, rollouts: places },
        context,
        options,
        { temperature: 0.7, sample: 1 },
      );
    const fresh = of(rollouts.slice(0, 1));
    if (fresh === null) throw new Error('expected a sample');
    expect(winnow([sample, fresh], context, options).provenance).toBe('resampled');
    expect(of([{ steps: 2, rollouts: rollouts[1]?.rollouts.slice(0, 2) ?? [] }])).toBeNull();
    expect(of([])).toBeNull();
  });
});
