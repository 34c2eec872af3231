/** flan-t5's tokenizer against SentencePiece: the given cases, and texts where the library alone differs. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { runTokenizerParity } from '../../../scripts/parity/tokenizer';
import { createTokenizer } from '../../../src/text/tokenizer';
import { dataPath, hasData, readData } from './data-folder';

const FOLDER = 'flan-t5-tokenizer';
const CASES = 'tests/fixtures/tokenizer/cases.json';
/** Special tokens in text, characters newer than the map, long compositions, ties; ids by SentencePiece 0.2.2. */
const HARD_CASES = 'tests/fixtures/tokenizer/hard-cases.json';

describe.skipIf(!hasData(FOLDER))('flan-t5 tokenizer', () => {
  test.each([
    ['412 texts of GSM8K and edge cases', CASES, /412 of 412/],
    ['hard cases', HARD_CASES, /174 of 174/],
  ])('%s: ids and round trips agree', async (_name, file, count) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const passed = await runTokenizerParity(dataPath(FOLDER), file);
    const printed = log.mock.calls.join('\n');
    log.mockRestore();
    expect(printed).toMatch(count);
    expect(printed).not.toContain('DIFFERENT');
    expect(passed).toBe(true);
  });

  test('the comparison fails when one id differs', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const folder = mkdtempSync(join(tmpdir(), 'winnow-cases-'));
    const file = join(folder, 'cases.json');
    writeFileSync(file, JSON.stringify([{ text: 'a pen', ids: [3, 9, 4550, 1] }]));
    const right = await runTokenizerParity(dataPath(FOLDER), file);
    writeFileSync(file, JSON.stringify([{ text: 'a pen', ids: [3, 9, 4551, 1] }]));
    const wrong = await runTokenizerParity(dataPath(FOLDER), file);
    writeFileSync(file, JSON.stringify([{ text: 'a pen' }]));
    await expect(runTokenizerParity(dataPath(FOLDER), file)).rejects.toThrow(/must hold/);
    const printed = log.mock.calls.join('\n');
    log.mockRestore();
    rmSync(folder, { recursive: true });
    expect([right, wrong]).toEqual([true, false]);
    expect(printed).toContain('DIFFERENT ids: "a pen"');
  });

  test('has the ids the T5 models were trained with', () => {
    const tokenizer = createTokenizer(
      JSON.parse(readData(`${FOLDER}/tokenizer.json`)),
      JSON.parse(readData(`${FOLDER}/tokenizer_config.json`)),
    );
    expect(tokenizer).toMatchObject({ vocabularySize: 32_100, padId: 0, endId: 1, unknownId: 2 });
    expect(tokenizer.decode(tokenizer.encode('a  b <extra_id_0>'))).toContain('extra_id_0');
  });
});
