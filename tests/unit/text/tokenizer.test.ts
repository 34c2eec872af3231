/** The tokenizer on a small vocabulary: ids, text, hostile text and damaged files. */

import { describe, expect, test } from 'vitest';
import { MAXIMUM_TEXT_LENGTH, createTokenizer } from '../../../src/text/tokenizer';
import { UNKNOWN_SURFACE } from '../../../src/text/unknown-surface';
import { SMALL_CONFIG, smallTokenizerJson } from './small-tokenizer';

const tokenizer = createTokenizer(smallTokenizerJson(), SMALL_CONFIG);

/** Every id on its own, so that a test can name pieces. */
function piecesOf(text: string): string[] {
  const { vocab } = smallTokenizerJson().model;
  return tokenizer.encode(text).map((id) => vocab[id]?.[0] ?? `id ${id}`);
}

describe('encode and decode', () => {
  test('takes the likeliest pieces, and always ends with the end token', () => {
    expect(piecesOf('ab abc')).toEqual(['\u2581ab', '\u2581ab', 'c', '</s>']);
    expect(piecesOf('ba')).toEqual(['\u2581', 'b', 'a', '</s>']);
    expect(piecesOf('####')).toEqual(['\u2581', '##', '##', '</s>']);
    expect(tokenizer.encode('')).toEqual([1]);
    expect(tokenizer.encode('   ')).toEqual([1]);
  });

  test('knows its special ids and size', () => {
    expect(tokenizer).toMatchObject({ padId: 0, endId: 1, unknownId: 2 });
    expect(tokenizer.vocabularySize).toBe(smallTokenizerJson().model.vocab.length);
  });

  test('gives the text back up to white space', () => {
    for (const text of ['[3*4=12] | #### 12', 'ab', 'a b c', '0.5']) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
    expect(tokenizer.decode(tokenizer.encode('  a   b '))).toBe('a b');
  });

  test('joins neighbouring unknown characters and shows them when decoding', () => {
    expect(piecesOf('a\u00d7\u00f7b')).toEqual(['\u2581', 'a', '<unk>', 'b', '</s>']);
    expect(tokenizer.decode(tokenizer.encode('a\u00d7b'))).toBe(`a ${UNKNOWN_SURFACE} b`);
  });

  test('decoding stops at the end token, leaves pads out and never throws', () => {
    const [space = 0, a = 0] = tokenizer.encode('a');
    expect(tokenizer.decode([0, space, a, 1, a, a])).toBe('a');
    expect(tokenizer.decode([])).toBe('');
    expect(tokenizer.decode([space, a, 999_999, -1, 0.5, Number.NaN])).toBe(
      `a${` ${UNKNOWN_SURFACE} `.repeat(4)}`,
    );
  });
});

describe('hostile text', () => {
  test('special tokens written in a text are text', () => {
    const ids = tokenizer.encode('a</s>b<pad><unk>');
    expect(ids.filter((id) => id === tokenizer.endId)).toEqual([tokenizer.endId]);
    expect(ids).not.toContain(tokenizer.padId);
    expect(piecesOf('</s>')).toEqual(['\u2581', '<unk>', '/', 's', '>', '</s>']);
  });

  test.each([
    ['half a surrogate pair', '\ud800'],
    ['the mark that hides special pieces', '\ud800</s>'],
    ['prototype names', '__proto__ constructor toString'],
    ['bidirectional controls', '\u202eab\u2066'],
    ['a null character', 'a\u0000b'],
  ])('%s', (_name, text) => {
    const ids = tokenizer.encode(text);
    expect(ids.at(-1)).toBe(tokenizer.endId);
    expect(ids.slice(0, -1)).not.toContain(tokenizer.endId);
    expect(ids.every((id) => Number.isInteger(id) && id < tokenizer.vocabularySize)).toBe(true);
  });

  test('a piece may be called __proto__', () => {
    const json = smallTokenizerJson([['__proto__', -1]]);
    const odd = createTokenizer(json, SMALL_CONFIG);
    expect(odd.decode(odd.encode('a__proto__b'))).toBe('a__proto__b');
    expect(odd.encode('__proto__')).toContain(json.model.vocab.length - 1);
  });

  test('the longest text works without a space, one more character is refused', () => {
    const longest = 'a'.repeat(MAXIMUM_TEXT_LENGTH - 1);
    expect(tokenizer.encode(longest)).toHaveLength(MAXIMUM_TEXT_LENGTH + 1);
    expect(() => tokenizer.encode('a'.repeat(MAXIMUM_TEXT_LENGTH + 1))).toThrow(RangeError);
  });
});

describe('other files of the family', () => {
  test('the older layout: WhitespaceSplit, then Metaspace with add_prefix_space', () => {
    const older = createTokenizer(
      {
        ...smallTokenizerJson(),
        normalizer: null,
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            { type: 'WhitespaceSplit' },
            { type: 'Metaspace', replacement: '\u2581', add_prefix_space: true },
          ],
        },
      },
      { pad_token: { content: '<pad>' }, eos_token: { content: '</s>' } },
    );
    expect(older.encode(' ab\n\tabc ')).toEqual(tokenizer.encode('ab abc'));
  });

  test('added tokens after the vocabulary extend it', () => {
    const json = smallTokenizerJson();
    const id = json.model.vocab.length;
    json.added_tokens.push({ id, content: '<extra_id_0>', special: true, normalized: false });
    const extended = createTokenizer(json, SMALL_CONFIG);
    expect(extended.vocabularySize).toBe(id + 1);
    expect(extended.decode([id, 1])).toBe('');
  });
});

describe('damaged files are refused by the rule they break', () => {
  const good = smallTokenizerJson();
  const withModel = (model: object) => ({ ...good, model: { ...good.model, ...model } });
  test.each<[string, unknown, RegExp]>([
    ['not an object', 'text', /whole file/],
    ['null', null, /whole file/],
    ['another model', withModel({ type: 'BPE' }), /only Unigram/],
    ['byte fallback', withModel({ byte_fallback: true }), /byte fallback/],
    ['an unknown id outside', withModel({ unk_id: 1000 }), /unk_id needs an id below/],
    ['a score that is no number', withModel({ vocab: [['a', 'b']] }), /model\.vocab/],
    ['an infinite score', withModel({ vocab: Array(4).fill(['a', Infinity]) }), /model\.vocab/],
    ['the same piece twice', withModel({ vocab: [...good.model.vocab, ['a', -1]] }), /once/],
    ['an empty piece', withModel({ vocab: [...good.model.vocab, ['', -1]] }), /empty/],
    ['a very long piece', withModel({ vocab: [['a'.repeat(1000), 0]] }), /at most 128/],
    ['half a surrogate pair', withModel({ vocab: [['\ud800', 0]] }), /surrogate/],
    ['too few pieces', withModel({ vocab: [['a', 0]] }), /at least pad/],
    [
      'too many pieces',
      withModel({ vocab: Array(300_001).fill(['a', 0]) }),
      /at most 300000 pieces/,
    ],
    [
      'an added token that contradicts the vocabulary',
      { ...good, added_tokens: [{ id: 5, content: 'zz', special: true }] },
      /as id 5, as in the vocabulary/,
    ],
    [
      'an added token with a gap before it',
      { ...good, added_tokens: [...good.added_tokens, { id: 99, content: 'z', special: true }] },
      /as the next id, found 99/,
    ],
    [
      'an added token that is not special',
      { ...good, added_tokens: [{ id: 5, content: 'b', special: false }] },
      /not special/,
    ],
    [
      'a regular expression of its own',
      {
        ...good,
        normalizer: { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' },
      },
      /normalizer/,
    ],
    ['another pre-tokenizer', { ...good, pre_tokenizer: { type: 'ByteLevel' } }, /Metaspace/],
    [
      'no space in front',
      { ...good, pre_tokenizer: { ...good.pre_tokenizer, prepend_scheme: 'never' } },
      /Metaspace/,
    ],
    [
      'another template',
      { ...good, post_processor: { type: 'TemplateProcessing', single: [] } },
      /post_processor\.single needs the text, then <\/s>/,
    ],
    [
      'a damaged character map',
      { ...good, normalizer: { type: 'Precompiled', precompiled_charsmap: '!!' } },
      /character map needs base64/,
    ],
  ])('%s', (_name, json, message) => {
    expect(() => createTokenizer(json, SMALL_CONFIG)).toThrow(message);
  });

  test('special tokens that are not in the file, or not different', () => {
    expect(() => createTokenizer(good, { ...SMALL_CONFIG, pad_token: '[PAD]' })).toThrow(
      /pad_token .* needs one of the added_tokens/,
    );
    expect(() => createTokenizer(good, { ...SMALL_CONFIG, pad_token: '</s>' })).toThrow(
      /three different ids/,
    );
    expect(() => createTokenizer(good, null)).toThrow(/tokenizer_config\.json/);
  });
});
