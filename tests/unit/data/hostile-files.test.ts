/** Files of problems that are made to hurt: lines of ten megabytes, keys of prototypes, characters that hide. */

import { describe, expect, test } from 'vitest';
import { inspectProblemFiles } from '../../../src/data/file-inspection';

const TEN_MEGABYTES = 10 * 1024 * 1024;
const sound = Array.from({ length: 30 }, (_, index) =>
  JSON.stringify({ question: `How much is ${index} and 1 more?`, answer: String(index + 1) }),
);

describe('JSON Lines', () => {
  test('a line of ten megabytes is left out with its length, the rest is read', () => {
    const long = JSON.stringify({ question: 'x'.repeat(TEN_MEGABYTES), answer: '1' });
    const inspected = inspectProblemFiles([
      { name: 'long.jsonl', text: [...sound, long].join('\n') },
    ]);
    expect(inspected.dropped).toMatchObject({ 'line too long': 1 });
    expect(inspected.droppedRecords[0]?.detail).toMatch(
      /^\d{8} characters, at most \d+ are read\.$/,
    );
    expect(inspected.files[0]?.rows).toBe(31);
  });

  test('members named after prototypes are members, and change no object', () => {
    const lines = sound.map((line) =>
      line.replace('{', '{"__proto__": {"polluted": true}, "constructor": "c", '),
    );
    const inspected = inspectProblemFiles([{ name: 'keys.jsonl', text: lines.join('\n') }]);
    expect(inspected.obstacle).toBe('');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(inspected.preview[0]?.problem.question).toBe('How much is 0 and 1 more?');
  });
});

describe('CSV', () => {
  test('a field of ten megabytes, and a quote that never closes, are refused or left out', () => {
    const table = (field: string) => `question,answer\nHow much is 1 more than 2?,3\n${field},4\n`;
    for (const field of ['x'.repeat(TEN_MEGABYTES), `"${'x'.repeat(TEN_MEGABYTES)}`]) {
      const { dropped, droppedRecords } = inspectProblemFiles([
        { name: 'long.csv', text: table(field) },
      ]);
      expect(Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(1);
      expect(droppedRecords[0]?.line).toBe(3);
    }
  });
});

test('characters that hide or turn text around are gone from what a study uses', () => {
  const [line = ''] = sound;
  const hidden = line.replace('How', 'H\u200Bo\u202Ew\u2066\uFEFF').replace('0 and', '0\u202C and');
  const [preview] = inspectProblemFiles([{ name: 'hidden.jsonl', text: hidden }]).preview;
  expect(preview?.problem.question).toBe('How much is 0 and 1 more?');
});
