/** The budget of the first load counts what a page cannot start without, and nothing else. */

import { expect, test } from 'vitest';
import {
  assertWithinBudget,
  FIRST_LOAD_BYTES,
  firstLoad,
} from '../../../scripts/first-load-budget';

const script = (fileName: string, imports: readonly string[] = [], isEntry = false) => ({
  fileName,
  code: `${fileName};`,
  imports,
  isEntry,
});

test('scripts that the entry imports count once each, those asked for later do not', () => {
  const sizes = firstLoad([
    script('entry.js', ['shared.js', 'views.js'], true),
    script('views.js', ['shared.js', 'entry.js']),
    script('shared.js'),
    script('later.js', ['shared.js']),
  ]);
  expect(sizes.map(([name]) => name).toSorted()).toEqual(['entry.js', 'shared.js', 'views.js']);
  for (const [, bytes] of sizes) expect(bytes).toBeGreaterThan(20);
});

test('beyond the budget the largest are named', () => {
  expect(assertWithinBudget([['a.js', FIRST_LOAD_BYTES]])).toBe(FIRST_LOAD_BYTES);
  expect(() =>
    assertWithinBudget([
      ['a.js', FIRST_LOAD_BYTES],
      ['b.js', 1],
    ]),
  ).toThrow(/at most 150000 bytes.*found 150001[^]*a\.js: 150000[^]*b\.js: 1/);
});
