/** A tokenizer of a few pieces in Hugging Face's format, for tests that need no real one. */

const SPECIAL: readonly string[] = ['<pad>', '</s>', '<unk>'];

export const SMALL_CONFIG = { pad_token: '<pad>', eos_token: '</s>', unk_token: '<unk>' };

/** The parsed `tokenizer.json`; every call makes a new one, so that a test may damage it. */
export function smallTokenizerJson(morePieces: readonly [string, number][] = []) {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Strip', strip_left: false, strip_right: true },
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '\u2581' },
      ],
    },
    pre_tokenizer: {
      type: 'Metaspace',
      replacement: '\u2581',
      prepend_scheme: 'always',
      split: true,
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
      pair: [],
      special_tokens: {},
    },
    decoder: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true },
    model: {
      type: 'Unigram',
      unk_id: 2,
      byte_fallback: false,
      vocab: [
        ...SPECIAL.map((piece): [string, number] => [piece, 0]),
        ['\u2581', -2],
        ...Array.from('abcs/>=*[]|#0123456789.', (piece): [string, number] => [piece, -5]),
        ['\u2581ab', -4],
        ['ab', -6],
        ['##', -4],
        ...morePieces,
      ] satisfies [string, number][],
    },
  };
}
