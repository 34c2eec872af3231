/** Tokenizer parity: compares this project's tokenizer with the ids SentencePiece gave for a file of texts. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { createNormalization } from '../../src/text/normalization';
import { createTokenizer } from '../../src/text/tokenizer';
import { SPACE_MARK, parseWith, tokenizerFileSchema } from '../../src/text/tokenizer-file';

/** Differences shown in full; the rest are only counted. */
const SHOWN_DIFFERENCES = 5;

const casesSchema = v.pipe(
  v.array(v.object({ text: v.string(), ids: v.array(v.pipe(v.number(), v.integer())) })),
  v.nonEmpty('there are no cases'),
);

/**
 * Checks every case of `casesFile` (`[{ text, ids }]`, ids ending with the end token) against the
 * tokenizer in `tokenizerDirectory` (`tokenizer.json`, `tokenizer_config.json`), and prints what it found.
 *
 * - ids: `encode(text)` equals the ids.
 * - text round trip: `decode(ids)` is the text after the tokenizer's own normalisation.
 * - id round trip: `encode(decode(ids))` equals the ids.
 *
 * Ids that hold an unknown token cannot come back: these cases are counted apart.
 *
 * @returns true when every id sequence and every possible round trip agrees.
 */
export async function runTokenizerParity(
  tokenizerDirectory: string,
  casesFile: string,
): Promise<boolean> {
  const tokenizerJson = await readJson(join(tokenizerDirectory, 'tokenizer.json'));
  const started = performance.now();
  const tokenizer = createTokenizer(
    tokenizerJson,
    await readJson(join(tokenizerDirectory, 'tokenizer_config.json')),
  );
  const normalize = createNormalization(
    parseWith(tokenizerFileSchema, tokenizerJson, 'tokenizer.json'),
  );
  const loaded = performance.now();

  const parsed = v.safeParse(casesSchema, await readJson(casesFile));
  if (!parsed.success) {
    throw new Error(
      `${casesFile} must hold [{ "text": "...", "ids": [...] }, ...]: ${parsed.issues[0].message}.`,
    );
  }
  const cases = parsed.output;
  const count = { ids: 0, text: 0, backToIds: 0, unknown: 0 };
  const differences: string[] = [];
  for (const { text, ids } of cases) {
    const encoded = tokenizer.encode(text);
    if (same(encoded, ids)) count.ids++;
    else differences.push(describe('ids', text, ids.join(' '), encoded.join(' ')));
    if (ids.includes(tokenizer.unknownId)) {
      count.unknown++;
      continue;
    }
    const expected = normalize(text).replaceAll(SPACE_MARK, ' ').slice(1);
    const decoded = tokenizer.decode(ids);
    if (decoded === expected) count.text++;
    else differences.push(describe('text round trip', text, expected, decoded));
    const again = tokenizer.encode(decoded);
    if (same(again, ids)) count.backToIds++;
    else differences.push(describe('id round trip', text, ids.join(' '), again.join(' ')));
  }
  const elapsed = performance.now() - loaded;
  const known = cases.length - count.unknown;
  console.log(
    [
      `tokenizer        ${tokenizer.vocabularySize} pieces, read in ${(loaded - started).toFixed(0)} ms`,
      `ids              ${count.ids} of ${cases.length} texts agree with SentencePiece`,
      `text round trip  ${count.text} of ${known}`,
      `id round trip    ${count.backToIds} of ${known}`,
      `unknown token    ${count.unknown} texts hold characters without a token and cannot come back`,
      `time             ${elapsed.toFixed(0)} ms, ${(elapsed / cases.length).toFixed(2)} ms a text`,
      ...differences.slice(0, SHOWN_DIFFERENCES),
    ].join('\n'),
  );
  if (differences.length > SHOWN_DIFFERENCES) {
    console.log(`... and ${differences.length - SHOWN_DIFFERENCES} more differences`);
  }
  return differences.length === 0;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`${path}: expected a JSON file here, but it cannot be read.`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON. Give a file as Hugging Face writes it.`, {
      cause: error,
    });
  }
}

function same(first: readonly number[], second: readonly number[]): boolean {
  return first.length === second.length && first.every((id, index) => id === second[index]);
}

function describe(check: string, text: string, expected: string, found: string): string {
  return [
    `DIFFERENT ${check}: ${JSON.stringify(text.slice(0, 120))}`,
    `  expected ${expected.slice(0, 200)}`,
    `  found    ${found.slice(0, 200)}`,
  ].join('\n');
}
