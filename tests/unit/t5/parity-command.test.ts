/** The parity command's arguments, and the sentences about folders that are not what it needs. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseParityRequest, UsageError } from '../../../scripts/parity/command-line';
import { openOracleDirectory } from '../../../scripts/parity/oracle-directory';
import { OracleFolder, ORACLE_FILES } from '../../../scripts/parity/oracle-folder';
import {
  differences,
  formatComparisons,
  passes,
  relativeError,
} from '../../../scripts/parity/comparison';

describe('arguments', () => {
  test('a folder, on WebAssembly unless told otherwise', () => {
    const request = { check: 'model', directory: 'some/folder', backend: 'wasm' };
    expect(parseParityRequest(['some/folder'])).toEqual(request);
    expect(parseParityRequest(['--backend', 'webgpu', 'some/folder'])).toEqual({
      ...request,
      backend: 'webgpu',
    });
  });

  test('a tokenizer with its cases', () => {
    expect(parseParityRequest(['--tokenizer', 'folder', 'cases.json'])).toEqual({
      check: 'tokenizer',
      tokenizerDirectory: 'folder',
      casesFile: 'cases.json',
    });
  });

  test.each<[string, string[], string]>([
    ['nothing', [], 'found 0'],
    ['two folders', ['a', 'b'], 'found 2'],
    ['an unknown backend', ['a', '--backend', 'webgl'], 'found "webgl"'],
    ['a backend without a name', ['a', '--backend'], '--backend'],
    ['an unknown option', ['a', '--fast'], '--fast'],
    ['a tokenizer without cases', ['--tokenizer', 'a'], 'found 0'],
    ['a tokenizer on a backend', ['--tokenizer', 'a', 'b', '--backend', 'cpu'], '--backend'],
  ])('refused: %s', (_, words, sentence) => {
    expect(() => parseParityRequest(words)).toThrow(UsageError);
    expect(() => parseParityRequest(words)).toThrow(sentence);
  });
});

describe('the folder', () => {
  test('must exist', async () => {
    await expect(openOracleDirectory('no/such/folder')).rejects.toThrow('no/such/folder');
  });

  test('must hold every file, and each missing one is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parity-'));
    for (const name of Object.keys(ORACLE_FILES)) {
      if (name !== 'summary.json' && name !== 'model-q4_0.gguf') {
        await writeFile(join(folder, name), '');
      }
    }
    await expect(openOracleDirectory(folder)).rejects.toThrow(/summary\.json[^]*model-q4_0\.gguf/);
    await rm(folder, { recursive: true });
  });

  test('may be the fixture, which holds no more than is read', async () => {
    const fixture = fileURLToPath(new URL('../../fixtures/t5-tiny', import.meta.url));
    const readFile = await openOracleDirectory(fixture);
    const summary = await new OracleFolder(readFile).summary();
    expect(summary.adamw.losses).toHaveLength(30);
  });

  test('must hold a whole summary', async () => {
    const folder = (text: string) =>
      new OracleFolder(async () => new TextEncoder().encode(text)).summary();
    await expect(folder('{"loss":')).rejects.toThrow('summary.json: expected JSON');
    await expect(folder('{"loss": "high"}')).rejects.toThrow(/summary\.json: \w+: /);
  });
});

describe('comparisons', () => {
  test('errors are relative to the largest reference value, and never pass unnoticed', () => {
    expect(relativeError([1, 2.5, -4], [1, 2, -4])).toBe(0.125);
    expect(relativeError([1, 2], [1, 2, 3])).toBe(Infinity);
    expect(relativeError([1, Number.NaN], [1, 2])).toBe(Infinity);
    expect(relativeError([1, 2], [1, Number.NaN])).toBe(Infinity);
    expect(differences([1, 2, 3], [1, 5])).toBe(2);
  });

  test('a table says which failed', () => {
    const failing = { name: 'logits', error: 3e-4, tolerance: 2e-4 };
    const shown = { name: 'ratio', error: 3, tolerance: Infinity };
    expect([failing, shown].map(passes)).toEqual([false, true]);
    expect(passes({ ...failing, error: Number.NaN })).toBe(false);
    const table = formatComparisons([failing, shown]);
    expect(table).toContain('FAIL logits');
    expect(table).toContain('shown only');
  });
});
