/** Numbers as people read them. */

import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatInterval,
  formatPoints,
  formatPointsInterval,
  formatPValue,
  formatRemaining,
  formatShare,
} from '../../../src/ui/format';
import { rationaleParts } from '../../../src/ui/step-text';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('format', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [59_499, '59 s'],
    [59_600, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [Number.NaN, 'not known'],
  ])('%d ms is %s', (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text);
  });

  it('writes shares, intervals and differences', () => {
    expect(plain(formatShare(0.4125))).toBe('41.3 %');
    expect(formatInterval({ low: 0.381, high: 0.4461 })).toBe('38.1–44.6');
    expect(plain(formatPoints(-0.021))).toBe('−2.1 points');
    expect(formatPointsInterval({ low: -0.01, high: 0.05 })).toBe('−1.0 to +5.0');
  });

  it('never claims a p value of zero', () => {
    expect(formatPValue(0)).toBe('p < 0.001');
    expect(formatPValue(0.0314)).toBe('p = 0.031');
  });

  it.each([
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [42_300_000, '42 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text);
  });

  it('rounds remaining times so that they do not flicker', () => {
    expect(formatRemaining(74_000)).toBe('about 1 min left');
    expect(formatRemaining(34_000)).toBe('about 30 s left');
  });
});

describe('rationaleParts', () => {
  it('cuts a rationale into steps and answer', () => {
    expect(rationaleParts('a [1+1=2] | b | #### 2')).toEqual({
      steps: ['a [1+1=2]', 'b'],
      answer: '2',
    });
    expect(rationaleParts('a | ')).toEqual({ steps: ['a'], answer: null });
    expect(rationaleParts('')).toEqual({ steps: [], answer: null });
  });
});
