/** The parts of a Hugging Face `tokenizer.json` this project relies on, their schema, and their limits. */

import * as v from 'valibot';
import { MAXIMUM_CHARACTER_MAP_BYTES } from './character-map';

/** Most pieces in a vocabulary. The largest of the T5 family, mT5, has 250,112. */
export const MAXIMUM_VOCABULARY = 300_000;
/** Longest piece in characters. SentencePiece's own default is 16; longer ones cost time at every position. */
export const MAXIMUM_PIECE_LENGTH = 128;
/** Most added (special) tokens. T5 has 103; ten times that is generous. */
export const MAXIMUM_ADDED_TOKENS = 1024;
/** Most normalisation steps. T5 has 3, the pocket tokenizer 15; each walks the whole text. */
export const MAXIMUM_NORMALIZERS = 64;

/** SentencePiece's visible space, U+2581, which stands for a space inside pieces. */
export const SPACE_MARK = '\u2581';

const pieceText = v.pipe(
  v.string(),
  v.nonEmpty('a piece must not be empty'),
  v.maxLength(MAXIMUM_PIECE_LENGTH, `a piece has at most ${MAXIMUM_PIECE_LENGTH} characters`),
  v.check((piece) => piece.isWellFormed(), 'a piece must not hold half of a surrogate pair'),
);

const precompiledSchema = v.object({
  type: v.literal('Precompiled'),
  // Old converters write null where SentencePiece had no map.
  precompiled_charsmap: v.nullable(
    v.pipe(v.string(), v.maxLength(Math.ceil(MAXIMUM_CHARACTER_MAP_BYTES / 3) * 4)),
  ),
});
const stripSchema = v.object({
  type: v.literal('Strip'),
  strip_left: v.boolean(),
  strip_right: v.boolean(),
});
const replaceSchema = v.object({
  type: v.literal('Replace'),
  pattern: v.union(
    [
      v.strictObject({ String: v.pipe(v.string(), v.nonEmpty(), v.maxLength(64)) }),
      // Any other regular expression could be made to run for hours on a chosen text.
      v.strictObject({ Regex: v.literal(' {2,}') }),
    ],
    'a Replace normalizer takes a plain String, or the Regex " {2,}" that T5 uses',
  ),
  content: v.pipe(v.string(), v.maxLength(64)),
});
const unicodeSchema = v.object({ type: v.picklist(['NFC', 'NFD', 'NFKC', 'NFKD']) });

const singleNormalizerSchema = v.variant(
  'type',
  [precompiledSchema, stripSchema, replaceSchema, unicodeSchema],
  'normalizers are Precompiled, Strip, Replace, NFC, NFD, NFKC and NFKD, or a Sequence of these',
);
export type SingleNormalizer = v.InferOutput<typeof singleNormalizerSchema>;

const normalizerSchema = v.nullable(
  v.union(
    [
      v.object({
        type: v.literal('Sequence'),
        normalizers: v.pipe(v.array(singleNormalizerSchema), v.maxLength(MAXIMUM_NORMALIZERS)),
      }),
      singleNormalizerSchema,
    ],
    'normalizers are Precompiled, Strip, Replace (of a plain String, or the Regex " {2,}"), NFC, NFD, NFKC and NFKD, or one Sequence of these',
  ),
);

/** `prepend_scheme` is the newer spelling of `add_prefix_space: true`. */
const metaspaceSchema = v.pipe(
  v.object({
    type: v.literal('Metaspace'),
    replacement: v.literal(SPACE_MARK),
    prepend_scheme: v.optional(v.string()),
    add_prefix_space: v.optional(v.boolean()),
  }),
  v.check(
    ({ prepend_scheme, add_prefix_space }) =>
      (prepend_scheme ?? (add_prefix_space === false ? 'never' : 'always')) === 'always',
    'the Metaspace pre-tokenizer must always put a space mark in front (prepend_scheme "always")',
  ),
);
const preTokenizerSchema = v.union(
  [
    metaspaceSchema,
    v.object({
      type: v.literal('Sequence'),
      pretokenizers: v.tuple([v.object({ type: v.literal('WhitespaceSplit') }), metaspaceSchema]),
    }),
  ],
  'the pre-tokenizer must be Metaspace, or WhitespaceSplit followed by Metaspace, with the mark U+2581 always in front',
);

const templateItemSchema = v.union([
  v.strictObject({ Sequence: v.object({ id: v.string() }) }),
  v.strictObject({ SpecialToken: v.object({ id: v.string() }) }),
]);

/** Unknown members are allowed and ignored: Hugging Face adds some with every version. */
export const tokenizerFileSchema = v.object({
  added_tokens: v.pipe(
    v.array(
      v.object({
        id: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAXIMUM_VOCABULARY - 1)),
        content: pieceText,
        special: v.literal(
          true,
          'added tokens that are not special change how ordinary text is split, which T5 does not do',
        ),
      }),
    ),
    v.maxLength(MAXIMUM_ADDED_TOKENS, `at most ${MAXIMUM_ADDED_TOKENS} added tokens`),
  ),
  normalizer: normalizerSchema,
  pre_tokenizer: preTokenizerSchema,
  post_processor: v.nullable(
    v.object({
      type: v.literal('TemplateProcessing'),
      single: v.pipe(v.array(templateItemSchema), v.maxLength(4)),
    }),
  ),
  decoder: v.nullable(v.object({ type: v.literal('Metaspace') })),
  model: v.object({
    type: v.literal('Unigram', 'only Unigram (SentencePiece, T5) tokenizers are supported'),
    unk_id: v.pipe(v.number(), v.integer(), v.minValue(0)),
    byte_fallback: v.optional(
      v.nullable(v.literal(false, 'byte fallback is not supported: no T5 v1.1 vocabulary uses it')),
    ),
    vocab: v.pipe(
      v.array(v.strictTuple([pieceText, v.pipe(v.number(), v.finite())])),
      v.minLength(4, 'a vocabulary has at least pad, end, unknown and one piece'),
      v.maxLength(MAXIMUM_VOCABULARY, `at most ${MAXIMUM_VOCABULARY} pieces`),
    ),
  }),
});
export type TokenizerFile = v.InferOutput<typeof tokenizerFileSchema>;

const tokenNameSchema = v.union([pieceText, v.object({ content: pieceText })]);

/** `tokenizer_config.json`, of which only the names of the special tokens matter. */
export const tokenizerConfigSchema = v.object({
  pad_token: v.optional(tokenNameSchema, '<pad>'),
  eos_token: v.optional(tokenNameSchema, '</s>'),
});

/** Checks a value against a schema. @throws Error with the place and the rule of the first violation. */
export function parseWith<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  fileName: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const place = v.getDotPath(issue) ?? 'the whole file';
  throw new Error(
    `${fileName} is not a T5 tokenizer this page can read: at ${place}, ${issue.message.slice(0, 300)}. Take the file from the model's own repository.`,
  );
}
