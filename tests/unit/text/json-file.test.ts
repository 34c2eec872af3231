/** JSON files from outside. */

import { expect, test } from 'vitest';
import { parseJsonFile } from '../../../src/text/json-file';

test('a JSON file is read as it is', () => {
  expect(parseJsonFile('{"__proto__": {"a": 1}, "b": [null]}', 'config.json', '')).toEqual(
    JSON.parse('{"__proto__": {"a": 1}, "b": [null]}'),
  );
});

test.each(['', '{', '<!doctype html>', '{"a":1}}', `"${'x'.repeat(10_000)}`])(
  'anything else is refused by its name, with what to do: %#',
  (text) => {
    const read = () => parseJsonFile(text, 'someone/model/config.json', 'Check the repository.');
    expect(read).toThrow(
      /^Expected JSON in someone\/model\/config\.json, found: .+\. Check the repository\.$/s,
    );
    expect(read).toThrow(/^.{0,400}$/s);
  },
);
