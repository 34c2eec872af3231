/** The pocket tokenizer: which pieces it has and why, as the two Hugging Face files that describe it. */

import { bestSegmentation, trainUnigram } from '../../text/unigram-training';
import { hashSeed, Random } from '../random';
import { generatePocketProblems } from './generate';
import { verboseRationale } from './verbose';

/** SentencePiece's visible space. */
const SPACE_MARK = '\u2581';
/** Fixes the corpus, and with it every id: trained models depend on it. */
const CORPUS_SEED = 20_261_123;
const CORPUS_PROBLEMS = 8_000;
/** Fragments of words, for text beyond the generator's vocabulary. */
const FRAGMENTS = 240;
const FRAGMENT_LENGTH = 5;
/** The share of probability that fragments and lone characters get. */
const FRAGMENT_SHARE = 0.02;
/** How much likelier than its best fragments a whole word must be, in nats. */
const WORD_MARGIN = 0.5;

/**
 * Characters beyond ASCII that English word problems use (all of GSM8K's after normalisation): signs,
 * the fraction slash, the accents that NFKD splits off, and a Cyrillic letter that stands in for "A".
 */
const BEYOND_ASCII = [
  ...Array.from('\u00d7\u00f7\u00a3\u20ac\u00a2\u221a\u2044\u00b0'),
  ...Array.from('\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327'),
  '\u0410',
];

/** What the normaliser writes instead of characters that mean the same as an ASCII one, or nothing. */
const REPLACEMENTS: readonly (readonly [string, string])[] = [
  ['\u2019', "'"],
  ['\u2018', "'"],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u2013', '-'],
  ['\u2014', '-'],
  ['\u2212', '-'],
  ['\n', ' '],
  ['\r', ' '],
  ['\t', ' '],
  ['\u2028', ' '],
  ['\u200b', ''],
];

export interface TokenizerFiles {
  /** The content of `tokenizer.json`. */
  readonly tokenizer: object;
  /** The content of `tokenizer_config.json`. */
  readonly configuration: object;
  /** The generator's words, each one piece, without the space mark. */
  readonly words: readonly string[];
}

/** Questions with their prompts, and rationales (gold and verbose): what the tokenizer is made for. */
function corpus(): string[] {
  const random = new Random(hashSeed('pocket tokenizer', CORPUS_SEED));
  const problems = generatePocketProblems({
    seed: CORPUS_SEED,
    count: CORPUS_PROBLEMS,
    stepWeights: [1, 1, 1, 1, 1],
    distractorShare: 0.3,
  });
  return problems.flatMap((problem) => [
    `solve: ${problem.question}`,
    `answer: ${problem.question}`,
    problem.goldRationale,
    verboseRationale(problem, random).text,
  ]);
}

/** The chunks that become whole pieces, in order: words, and the grammar's marks, with the space before. */
function wholePieces(texts: readonly string[]): string[] {
  const chunks = new Set<string>();
  for (const text of texts) {
    const marked = SPACE_MARK + text.replaceAll(' ', SPACE_MARK);
    for (const [chunk] of marked.matchAll(/\u2581?(?:[A-Za-z]+|####|[|[])/gu)) chunks.add(chunk);
  }
  return [...chunks].filter((chunk) => Array.from(chunk).length > 1).sort();
}

function printableAscii(): string[] {
  return Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index));
}

/**
 * Makes the tokenizer: special tokens, then the space mark, digits, the other characters, the
 * generator's words and trained fragments, each in alphabetical order. A number is its digits, one
 * piece each, after a lone space mark where a space stands before it: lossless, and a digit is always
 * the same piece. Only which words the generator knows matters, not how often it uses them, so the
 * ids stay when its numbers and shares are tuned. Deterministic.
 */
export function makePocketTokenizer(): TokenizerFiles {
  const whole = wholePieces(corpus());
  const characters = [
    SPACE_MARK,
    ...Array.from('0123456789'),
    ...printableAscii().filter((character) => !/\d/.test(character)),
    ...BEYOND_ASCII,
  ];

  const words = whole.filter((piece) => /[A-Za-z]/.test(piece));
  const fragments = trainUnigram(new Map(words.map((word) => [word, 1])), {
    size: FRAGMENTS,
    maximumPieceLength: FRAGMENT_LENGTH,
    keepShare: 0.75,
    roundsPerPruning: 2,
  });

  const rare = Math.log(FRAGMENT_SHARE / 1000);
  const scores = new Map<string, number>(characters.map((character) => [character, rare]));
  for (const [fragment, logProbability] of fragments) {
    scores.set(fragment, Math.log(FRAGMENT_SHARE) + logProbability);
  }
  const ofFragments = new Map(scores);
  const evenly = Math.log((1 - FRAGMENT_SHARE) / whole.length);
  for (const piece of whole) {
    const asFragments = bestSegmentation(piece, ofFragments, FRAGMENT_LENGTH).logProbability;
    scores.set(piece, Math.max(evenly, asFragments + WORD_MARGIN));
  }

  const order = [...new Set([...characters, ...whole, ...[...fragments.keys()].sort()])];
  const rounded = (score: number): number => Math.round(score * 1e4) / 1e4;
  const vocabulary = [
    ['<pad>', 0],
    ['</s>', 0],
    ['<unk>', 0],
    ...order.map((piece) => [piece, rounded(scores.get(piece) ?? rare)]),
  ];
  return {
    tokenizer: tokenizerFile(vocabulary),
    configuration: {
      tokenizer_class: 'T5Tokenizer',
      pad_token: '<pad>',
      eos_token: '</s>',
      unk_token: '<unk>',
      extra_ids: 0,
      additional_special_tokens: [],
      clean_up_tokenization_spaces: false,
      model_max_length: 512,
    },
    words: words.map((word) => word.replace(SPACE_MARK, '')),
  };
}

function tokenizerFile(vocabulary: readonly unknown[]): object {
  const special = ['<pad>', '</s>', '<unk>'].map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const metaspace = {
    type: 'Metaspace',
    replacement: SPACE_MARK,
    prepend_scheme: 'always',
    split: true,
  };
  const end = { SpecialToken: { id: '</s>', type_id: 0 } };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFKD' },
        ...REPLACEMENTS.map(([from, content]) => ({
          type: 'Replace',
          pattern: { String: from },
          content,
        })),
        { type: 'Strip', strip_left: true, strip_right: true },
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      ],
    },
    pre_tokenizer: metaspace,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, end],
      pair: [
        { Sequence: { id: 'A', type_id: 0 } },
        end,
        { Sequence: { id: 'B', type_id: 0 } },
        end,
      ],
      special_tokens: { '</s>': { id: '</s>', ids: [1], tokens: ['</s>'] } },
    },
    decoder: metaspace,
    model: { type: 'Unigram', unk_id: 2, vocab: vocabulary, byte_fallback: false },
  };
}
