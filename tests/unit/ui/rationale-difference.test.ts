/** Differences of rationales give both sides back, and say which steps were left out, added and rewritten. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differ } from '../../../src/ui/rationale-difference';

const step = fc.array(fc.constantFrom('She', 'sells', '[4*5=20]', '20', '$3.50', 'é', '👋🏽'), {
  minLength: 1,
  maxLength: 6,
});
const steps = fc.array(
  step.map((words) => words.join(' ')),
  { maxLength: 7 },
);

test('the parts that are not added give what was, those that are not removed what is', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const differences = differ(before, after);
      const side = (left: 'added' | 'removed') =>
        differences
          .filter(({ kind }) => kind !== left)
          .map(({ words }) =>
            words
              .filter(({ kind }) => kind !== left)
              .map(({ text }) => text)
              .join(''),
          );
      expect(side('added')).toEqual(before);
      expect(side('removed')).toEqual(after);
    }),
  );
  fc.assert(
    fc.property(steps, (same) => {
      expect(differ(same, same).every(({ kind }) => kind === 'same')).toBe(true);
    }),
  );
});

test('a step that was left out, one that was rewritten and one that was added', () => {
  const before = ['She packs [4*5=20] pears', 'There are plums too', 'So [20-2=17] 17 are left'];
  const after = ['She packs [4*5=20] pears', 'So [20-2=18] 18 are left', 'It is a Monday'];
  expect(differ(before, after)).toEqual([
    { kind: 'same', words: [{ kind: 'same', text: 'She packs [4*5=20] pears' }] },
    { kind: 'removed', words: [{ kind: 'removed', text: 'There are plums too' }] },
    {
      kind: 'changed',
      words: [
        { kind: 'same', text: 'So [20-2=' },
        { kind: 'removed', text: '17' },
        { kind: 'added', text: '18' },
        { kind: 'same', text: '] ' },
        { kind: 'removed', text: '17' },
        { kind: 'added', text: '18' },
        { kind: 'same', text: ' are left' },
      ],
    },
    { kind: 'added', words: [{ kind: 'added', text: 'It is a Monday' }] },
  ]);
});

test('two texts that are too long to be compared are different from end to end', () => {
  const [before, after] = ['a ', 'b '].map((word) => word.repeat(16_000));
  const started = performance.now();
  expect(differ([before ?? ''], [after ?? '']).map(({ kind }) => kind)).toEqual([
    'removed',
    'added',
  ]);
  expect(performance.now() - started).toBeLessThan(1_000);
});
