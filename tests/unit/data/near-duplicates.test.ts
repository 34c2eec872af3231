/** Near-duplicates: what leaks, what is only alike, the index against comparing all pairs, and GSM8K. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGsm8k } from '../../../src/data/gsm8k';
import {
  findNearDuplicates,
  gramOverlap,
  NEAR_DUPLICATE_OVERLAP,
} from '../../../src/data/near-duplicates';
import { processorSeconds } from '../feedback/processor-time';
import { hasData, readData } from '../text/data-folder';

const JOSIE =
  'Josie received $50 as a gift. She plans to buy two cassette tapes that cost $9 each and a headphone set that costs $25. How much money will she have left?';

describe('a question leaks', () => {
  test.each([
    ['with another name at its beginning', JOSIE.replace('Josie', 'Amanda')],
    ['in capitals, without punctuation', JOSIE.toUpperCase().replace(/[.?]/g, '')],
    ['with a sentence more, and a number in it', `Today is the 7th. ${JOSIE} Show your work.`],
    ['with its last words left out', JOSIE.replace(' will she have left?', '?')],
  ])('%s', (_name, candidate) => {
    const { duplicates } = findNearDuplicates([JOSIE], ['Something else?', candidate]);
    expect(duplicates).toMatchObject([{ index: 1, original: { isTest: true, index: 0 } }]);
    expect(duplicates[0]?.overlap).toBe(gramOverlap(JOSIE, candidate));
  });

  test.each([
    ['with another number', JOSIE.replace('$50', '$60'), 1],
    ['with another number in words', JOSIE.replace('left', 'half'), 1],
    ['with names in its middle changed', JOSIE.replaceAll('She', 'Ann').replace(/ she/, ' Ann'), 0],
    ['that is another', 'How many apples has Ann in all if she has 5 and buys 7 of them?', 0],
    ['of fewer than eight words', 'How much is 2 and 2?', 0],
  ])('but not one %s', (_name, candidate, variants) => {
    expect(findNearDuplicates([JOSIE, 'How much is 2 and 2?'], [candidate])).toEqual({
      duplicates: [],
      variants,
    });
  });

  test('from an earlier candidate too, and the first of several originals is named', () => {
    const again = `Now: ${JOSIE}`;
    expect(findNearDuplicates([], [JOSIE, again, `So: ${JOSIE}`]).duplicates).toMatchObject([
      { index: 1, original: { isTest: false, index: 0 } },
      { index: 2, original: { isTest: false, index: 0 } },
    ]);
    expect(findNearDuplicates([again], [JOSIE]).duplicates).toMatchObject([
      { index: 0, original: { isTest: true, index: 0 } },
    ]);
  });
});

test('the index finds what comparing all pairs finds', () => {
  const word = fc.constantFrom('ann', 'has', 'bags', 'of', 'red', 'pens', '3', '4', 'two');
  const base = fc.array(word, { minLength: 6, maxLength: 24 });
  const question = base.chain((words) =>
    fc
      .array(fc.tuple(fc.nat(words.length - 1), word), { maxLength: 2 })
      .map((changes) =>
        fc
          .sample(fc.constant(words), 1)
          .concat([words.map((old, at) => changes.find(([where]) => where === at)?.[1] ?? old)]),
      ),
  );
  let found = 0;
  fc.assert(
    fc.property(fc.array(question, { maxLength: 4 }), fc.nat(3), (pairs, tests) => {
      const texts = pairs.flat().map((words) => words.join(' '));
      const held = texts.slice(0, tests);
      const candidates = texts.slice(tests);
      const { duplicates } = findNearDuplicates(held, candidates);
      const gone = new Set(duplicates.map(({ index }) => index));
      found += gone.size;
      for (const [index, text] of candidates.entries()) {
        const earlier = [...held, ...candidates.slice(0, index).filter((_, at) => !gone.has(at))];
        const leaks = earlier.some(
          (other) =>
            gramOverlap(text, other) >= NEAR_DUPLICATE_OVERLAP && numbersAgree(text, other),
        );
        expect(gone.has(index), text).toBe(leaks);
      }
    }),
    { numRuns: 500 },
  );
  console.log(`${found} near-duplicates among random questions`);
  expect(found).toBeGreaterThan(100);
});

/** All numbers of the question with fewer distinct grams are in the other one; of both where they have as many. */
function numbersAgree(first: string, second: string): boolean {
  const grams = (text: string) => {
    const words = text.split(' ');
    return new Set(words.slice(7).map((_, at) => words.slice(at, at + 8).join(' '))).size;
  };
  const within = (inner: string, outer: string) => {
    const left = outer.split(' ');
    return inner
      .split(' ')
      .filter((word) => ['3', '4', 'two'].includes(word))
      .every((word) => {
        const at = left.indexOf(word);
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      });
  };
  const difference = grams(first) - grams(second);
  return (difference > 0 || within(first, second)) && (difference < 0 || within(second, first));
}

test('a file of one template is read in time, and a leak in it is found by its numbers', () => {
  const template = (index: number) =>
    `In a small shop by the sea Ann sells ${index} shells on Monday and ${index * 3} shells on Tuesday, and gives her friend a few of them; how many shells does she sell in both days together?`;
  const questions = Array.from({ length: 50_000 }, (_, index) => template(index + 10));
  questions.push(template(40_000).replace('In a', 'At the'));
  let found = findNearDuplicates([], []);
  const seconds = processorSeconds(() => {
    found = findNearDuplicates([], questions);
  });
  console.log(`50,001 questions of one template: ${seconds.toFixed(2)} s of processor time`);
  expect(found.duplicates).toMatchObject([{ index: 50_000, original: { index: 39_990 } }]);
  expect(seconds).toBeLessThan(20);
});

describe.skipIf(!hasData('gsm8k'))('all of GSM8K', () => {
  test('no training question leaks from test, one is written twice, in under two seconds', () => {
    const [train, held] = (['train', 'test'] as const).map((split) =>
      parseGsm8k(readData(`gsm8k/${split}.jsonl`), split).problems.map(({ question }) => question),
    );
    if (train === undefined || held === undefined) throw new Error('Expected both splits.');
    let found = findNearDuplicates([], []);
    const seconds = processorSeconds(() => {
      found = findNearDuplicates(held, train);
    });
    console.log(
      `${train.length} x ${held.length} questions: ${seconds.toFixed(2)} s of processor time, ${found.variants} alike but for numbers`,
      found.duplicates,
    );
    expect(found.duplicates).toMatchObject([
      { index: 6_691, original: { isTest: false, index: 2_483 } },
    ]);
    expect(seconds).toBeLessThan(2);
  });
});
