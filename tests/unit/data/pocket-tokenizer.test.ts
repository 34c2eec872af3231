/** The shipped pocket tokenizer: its layout, and exact round trips of everything the generator writes. */

import { existsSync, readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { generateEquationDrill } from '../../../src/data/pocket/drill';
import { generatePocketProblems } from '../../../src/data/pocket/generate';
import { makePocketTokenizer } from '../../../src/data/pocket/tokenizer-recipe';
import { verboseRationale } from '../../../src/data/pocket/verbose';
import { Random } from '../../../src/data/random';
import { createTokenizer } from '../../../src/text/tokenizer';
import { bestSegmentation, trainUnigram } from '../../../src/text/unigram-training';

const FOLDER = new URL('../../../public/models/pocket/', import.meta.url);
const tokenizerText = readFileSync(new URL('tokenizer.json', FOLDER), 'utf8');
const tokenizerJson = v.parse(
  v.looseObject({ model: v.looseObject({ vocab: v.array(v.tuple([v.string(), v.number()])) }) }),
  JSON.parse(tokenizerText),
);
const configurationJson = v.parse(
  v.looseObject({}),
  JSON.parse(readFileSync(new URL('tokenizer_config.json', FOLDER), 'utf8')),
);
const tokenizer = createTokenizer(tokenizerJson, configurationJson);
const library = new Tokenizer(tokenizerJson, configurationJson);
const idOf = new Map(tokenizerJson.model.vocab.map(([piece], id) => [piece, id]));

const random = new Random(12);
const problems = generatePocketProblems({
  seed: 12,
  count: 600,
  stepWeights: [1, 1, 1, 1, 1],
  distractorShare: 0.3,
});
const texts = problems.flatMap((problem) => [
  `solve: ${problem.question}`,
  `answer: ${problem.question}`,
  problem.goldRationale,
  problem.goldAnswer,
  verboseRationale(problem, random).text,
  generateEquationDrill(random).rationale,
]);

describe('the pocket tokenizer', () => {
  const made = makePocketTokenizer();

  it('is what its recipe makes', () => {
    expect(`${JSON.stringify(made.tokenizer)}\n`).toBe(tokenizerText);
    expect(made.configuration).toEqual(configurationJson);
  });

  it('has the agreed special ids, at most 2,000 pieces and every printable ASCII character', () => {
    expect([idOf.get('<pad>'), idOf.get('</s>'), idOf.get('<unk>')]).toEqual([0, 1, 2]);
    expect(tokenizer).toMatchObject({ padId: 0, endId: 1, unknownId: 2 });
    expect(tokenizer.vocabularySize).toBe(idOf.size);
    expect(idOf.size).toBeLessThanOrEqual(2_000);
    for (let code = 0x21; code < 0x7f; code++)
      expect(idOf.has(String.fromCharCode(code))).toBe(true);
  });

  it('writes every digit as its own piece, with or without a space before', () => {
    for (const piece of idOf.keys()) expect(/\d/.test(piece)).toBe(/^\d$/.test(piece));
    const [space, one, two, end] = tokenizer.encode('12');
    expect([space, one, two, end]).toEqual([idOf.get('\u2581'), idOf.get('1'), idOf.get('2'), 1]);
    expect(tokenizer.encode('[12').slice(1)).toEqual([one, two, end]);
  });

  it("writes every word of the generator's vocabulary as one piece", () => {
    expect(made.words.length).toBeGreaterThan(250);
    for (const word of made.words) expect(tokenizer.encode(word), word).toHaveLength(2);
  });

  it('gives back every question and target exactly, and agrees with the library', () => {
    const changed = texts.filter((text) => {
      const ids = tokenizer.encode(text);
      return ids.at(-1) !== 1 || ids.includes(2) || tokenizer.decode(ids) !== text;
    });
    expect(changed).toEqual([]);
    const differing = texts.filter((text) => {
      const { ids } = library.encode(text);
      return (
        tokenizer.encode(text).join() !== ids.join() ||
        library.decode(ids, { skip_special_tokens: true }) !== text
      );
    });
    expect(differing).toEqual([]);
  });

  it('encodes questions of three steps in about 40 tokens', () => {
    const counts = problems
      .filter(({ difficulty }) => difficulty === 3)
      .map(({ question }) => tokenizer.encode(question).length);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(mean).toBeGreaterThan(35);
    expect(mean).toBeLessThan(45);
  });

  it('encodes any ASCII text and common typography without unknowns', () => {
    const ascii = Array.from({ length: 0x7f - 0x20 }, (_, index) =>
      String.fromCharCode(0x20 + index),
    ).join('');
    expect(tokenizer.decode(tokenizer.encode(ascii))).toBe(ascii.trim());
    const typeset = '\u201cIt\u2019s 1\u20132 caf\u00e9s,\u00a0\u00a35\u201d\n\tthen  \u00bd\u2026';
    expect(tokenizer.encode(typeset)).not.toContain(2);
    expect(tokenizer.decode(tokenizer.encode(typeset)).normalize('NFC')).toBe(
      '"It\'s 1-2 caf\u00e9s, \u00a35" then 1\u20442...',
    );
  });
});

const data = process.env['WINNOW_DATA'] ?? '../shared/data';
describe.skipIf(!existsSync(`${data}/gsm8k/train.jsonl`))('the pocket tokenizer on GSM8K', () => {
  it('encodes every problem without unknowns', () => {
    let unknown = 0;
    let read = 0;
    for (const name of ['train', 'test']) {
      for (const line of readFileSync(`${data}/gsm8k/${name}.jsonl`, 'utf8').trim().split('\n')) {
        const { question, answer } = v.parse(
          v.object({ question: v.string(), answer: v.string() }),
          JSON.parse(line),
        );
        read++;
        for (const text of [question, answer]) {
          if (tokenizer.encode(text).includes(2)) unknown++;
        }
      }
    }
    expect(read).toBe(8_792);
    expect(unknown).toBe(0);
  });
});

describe('trainUnigram', () => {
  const words = new Map([
    ['walking', 8],
    ['talking', 8],
    ['walked', 8],
    ['talked', 8],
    ['baking', 8],
    ['baked', 8],
  ]);
  const options = { size: 16, maximumPieceLength: 6, keepShare: 0.75, roundsPerPruning: 2 };

  it('finds the parts words share, keeps every character, and its probabilities sum to one', () => {
    const pieces = trainUnigram(words, options);
    expect(pieces.size).toBeLessThanOrEqual(16);
    for (const character of 'walkingtedb') expect(pieces.has(character)).toBe(true);
    expect(pieces.has('king')).toBe(true);
    for (const word of ['walking', 'king', 'lwed']) {
      expect(bestSegmentation(word, pieces, 6).pieces.join('')).toBe(word);
    }
    // The digamma step leaves a little less than one.
    const sum = [...pieces.values()].reduce((total, log) => total + Math.exp(log), 0);
    expect(sum).toBeGreaterThan(0.8);
    expect(sum).toBeLessThan(1.001);
  });

  it('refuses fewer pieces than there are characters', () => {
    expect(() => trainUnigram(words, { ...options, size: 5 })).toThrow(/every character/);
  });
});
