/** The decisions taken before anything is installed: is Node new enough, are the packages the right ones? */

import { describe, expect, it } from 'vitest';
import { isStale, nodeProblem } from '../../../scripts/bootstrap.mjs';

const lock = (packages: Record<string, object>) => JSON.stringify({ packages });

const WANTED = lock({
  '': { name: 'winnow' },
  'node_modules/a': { integrity: 'sha512-a' },
  'node_modules/only-mac': { integrity: 'sha512-m', optional: true },
});

describe('isStale', () => {
  it.each([
    ['nothing is installed', null, true],
    ['the same is installed', lock({ 'node_modules/a': { integrity: 'sha512-a' } }), false],
    ['another version is installed', lock({ 'node_modules/a': { integrity: 'sha512-b' } }), true],
    ['something is missing', lock({}), true],
    [
      'something is left over',
      lock({ 'node_modules/a': { integrity: 'sha512-a' }, 'node_modules/z': {} }),
      true,
    ],
    [
      'an optional package has another version',
      lock({
        'node_modules/a': { integrity: 'sha512-a' },
        'node_modules/only-mac': { integrity: 'sha512-old' },
      }),
      true,
    ],
  ])('when %s', (_, installed, expected) => {
    expect(isStale(WANTED, installed)).toBe(expected);
  });
});

describe('nodeProblem', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('accepts %s', (version) => {
    expect(nodeProblem(version)).toBeNull();
  });
  it.each(['18.20.0', '20.18.9'])('refuses %s in one sentence', (version) => {
    expect(nodeProblem(version)).toContain(`this is Node ${version}`);
  });
});
