/** All of GSM8K, questions and mapped rationales: the ids are SentencePiece's. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { parseGsm8k } from '../../../src/data/gsm8k';
import { createTokenizer } from '../../../src/text/tokenizer';
import { hasData, readData } from './data-folder';

const TOKENIZER = 'flan-t5-tokenizer';

/**
 * What SentencePiece 0.1.97 prints (`spm_encode --model=spiece.model --output_format=id < texts`), as a
 * hash and, in full, for the few texts with a run of equal digits that can be cut in two ways of the same
 * score. That version compares sums before it rounds them, 0.2.2 after; ours is 0.2.2, whose ids of such
 * texts are in cases.json and hard-cases.json.
 */
const oracleSchema = v.strictObject({
  sha256: v.string(),
  ties: v.array(v.strictObject({ text: v.string(), ids: v.string() })),
});
const ORACLE = 'tests/fixtures/tokenizer/gsm8k-sentencepiece-0.1.97.json';

describe.skipIf(!hasData(TOKENIZER) || !hasData('gsm8k'))('GSM8K through the tokenizer', () => {
  test('has the ids that SentencePiece gives', () => {
    const tokenizer = createTokenizer(
      JSON.parse(readData(`${TOKENIZER}/tokenizer.json`)),
      JSON.parse(readData(`${TOKENIZER}/tokenizer_config.json`)),
    );
    const texts = (['train', 'test'] as const).flatMap((split) =>
      parseGsm8k(readData(`gsm8k/${split}.jsonl`), split).problems.flatMap(
        ({ question, goldRationale }) => [question, goldRationale],
      ),
    );
    expect(texts).toHaveLength(2 * (7_473 + 1_319));
    const { sha256, ties } = v.parse(oracleSchema, JSON.parse(readFileSync(ORACLE, 'utf8')));
    const tied = new Map(ties.map(({ text, ids }) => [text, ids]));
    const lines = texts.map((text) => {
      // SentencePiece writes no end token of its own.
      const ids = tokenizer.encode(text).slice(0, -1);
      const other = tied.get(text);
      if (other === undefined) return ids.join(' ');
      // The same pieces in another order, hence the same score.
      expect(other).not.toBe(ids.join(' '));
      expect(other.split(' ').sort()).toEqual(ids.map(String).sort());
      return other;
    });
    expect(tied.size).toBeLessThan(5);
    const printed = lines.map((line) => `${line}\n`).join('');
    expect(createHash('sha256').update(printed).digest('hex')).toBe(sha256);
  });
});
