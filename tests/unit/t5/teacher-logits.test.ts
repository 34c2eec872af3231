/** What a teacher says of given targets, against sorting all of its logits, on WebAssembly. */

import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import type { T5Configuration } from '../../../src/t5/configuration';
import { teacherLogits } from '../../../src/t5/teacher-logits';
import { expectSortedLogits } from './likeliest-by-sorting';
import { DEEP_DECODER, ONE_HEAD, randomInputs, randomModel, WIDE_HEADS } from './random-models';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

function pairsOf(configuration: T5Configuration, vocabulary: number) {
  const inputs = randomInputs(configuration, [5, 11, 2], 3);
  const targets = randomInputs({ ...configuration, vocabularySize: vocabulary }, [9, 1, 4], 4);
  return inputs.map((input, index) => ({ input, target: targets[index] ?? [] }));
}

test.each([
  ['the five likeliest', WIDE_HEADS, 5, 23],
  ['one alone', ONE_HEAD, 1, 17],
  ['of the shared part of the vocabulary', WIDE_HEADS, 6, 19],
  ['all there are, and no more', DEEP_DECODER, 64, 11],
])('%s', async (_, configuration, candidates, vocabulary) => {
  const teacher = randomModel(configuration, 5);
  await expectSortedLogits(teacher, pairsOf(configuration, vocabulary), candidates, vocabulary);
  teacher.dispose();
});

test('a vocabulary that does not fit 16 bits is refused', async () => {
  const teacher = randomModel(ONE_HEAD, 5);
  await expect(
    teacherLogits(teacher, pairsOf(ONE_HEAD, 17), { candidates: 1, vocabulary: 70_000 }),
  ).rejects.toThrow(/at most 65536 tokens, found 70000/);
  teacher.dispose();
});
