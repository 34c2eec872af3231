/** What two studies teach, compared: which problems count, which differ, and what is no trace. */

import { expect, test } from 'vitest';
import { compareTaught, formatComparison, readTaught } from '../../../src/feedback/compare-taught';

const line = (problemId: string, winnowed: string | null, provenance: string | null): string =>
  JSON.stringify({ problemId, winnowed, provenance, samples: [] });

const first = [
  line('a', '[1+1=2] | #### 2', 'teacher'),
  line('b', '[2+2=4] | #### 4', 'gold'),
  line('c', '[3+3=6] | #### 6', 'gold'),
  line('d', null, 'none'),
  line('only here', '[4+4=8] | #### 8', 'teacher'),
].join('\n');
const second = [
  line('d', '[5+5=10] | #### 10', 'continued'),
  line('c', '[6=6] | #### 6', 'continued'),
  line('b', 'so [2+2=4] | #### 4', 'continued'),
  line('a', '[1+1=2] | #### 2', 'resampled'),
].join('\n');

test('counts the problems of both studies whose rationales differ, by where they come from', () => {
  const comparison = compareTaught(readTaught(`${first}\n`), readTaught(second));
  expect(comparison.problems).toBe(4);
  expect(comparison.differences.map((each) => each.first.problemId)).toEqual(['b', 'c', 'd']);
  expect(formatComparison(comparison).split('\n')).toEqual([
    '3 of 4 problems (75.0 %) are taught differently.',
    '',
    '| first study | second study | problems |',
    '| ----------- | -----------: | -------: |',
    '| gold        |    continued |        2 |',
    '| none        |    continued |        1 |',
  ]);
  const same = compareTaught(readTaught(first), readTaught(first));
  expect(formatComparison(same)).toBe('0 of 5 problems (0.0 %) are taught differently.');
});

test('refuses other files, and studies of other problems', () => {
  expect(() => readTaught(`${first}\n{"problemId":1}`)).toThrow('Line 6: expected a trace');
  expect(() => readTaught('no JSON')).toThrow('Line 1: expected a trace');
  const other = readTaught(line('z', null, null));
  expect(() => compareTaught(readTaught(first), other)).toThrow('found no problem in both');
});
