/** A T5 tokenizer as the metadata that llama.cpp reads it from (its converter's `T5Model.set_vocab`). */

import type { SingleNormalizer, TokenizerFile } from '../../text/tokenizer-file';
import type { GgufValue } from '../../weights/gguf-types';

/** llama.cpp's kinds of tokens (`llama_token_type`). */
const TOKEN_KIND = { normal: 1, unknown: 2, control: 3, unused: 5 } as const;

/** What llama.cpp's converter gives to rows of the embedding that no piece belongs to. */
const UNUSED_SCORE = -10_000;

/** How llama.cpp will treat a text that it reads. */
export interface TokenizerMetadata {
  readonly metadata: readonly (readonly [string, GgufValue])[];
  /** Steps of the tokenizer's normalisation that the format has no place for, as sentences for people. */
  readonly lost: readonly string[];
}

/**
 * The vocabulary with its scores and kinds, padded to the rows of the model's embedding, and the normalisation.
 *
 * @param rows rows of the embedding; at least as many as there are pieces
 */
export function t5TokenizerMetadata(tokenizer: TokenizerFile, rows: number): TokenizerMetadata {
  const { vocab, unk_id: unknownId } = tokenizer.model;
  const tokens = vocab.map(([piece]) => piece);
  const scores = vocab.map(([, score]) => score);
  const kinds: number[] = vocab.map((_, index) =>
    index === unknownId ? TOKEN_KIND.unknown : TOKEN_KIND.normal,
  );
  for (const { id, content } of tokenizer.added_tokens) {
    while (tokens.length <= id) appendUnused(tokens, scores, kinds);
    tokens[id] = content;
    if (id !== unknownId) kinds[id] = TOKEN_KIND.control;
  }
  if (tokens.length > rows) {
    throw new Error(
      `Expected at most the model's ${rows} embeddings, found ${tokens.length} tokens. Export with the tokenizer the model was made with.`,
    );
  }
  while (tokens.length < rows) appendUnused(tokens, scores, kinds);
  const { characterMap, lost } = normalization(tokenizer);
  return {
    metadata: [
      ['tokenizer.ggml.model', text('t5')],
      ['tokenizer.ggml.pre', text('default')],
      ['tokenizer.ggml.tokens', { type: 'array', element: 'string', values: tokens }],
      [
        'tokenizer.ggml.scores',
        { type: 'array', element: 'float32', values: Float32Array.from(scores) },
      ],
      [
        'tokenizer.ggml.token_type',
        { type: 'array', element: 'int32', values: Int32Array.from(kinds) },
      ],
      ['tokenizer.ggml.unknown_token_id', { type: 'uint32', value: unknownId }],
      ['tokenizer.ggml.add_space_prefix', bool(true)],
      ['tokenizer.ggml.remove_extra_whitespaces', bool(true)],
      ['tokenizer.ggml.add_bos_token', bool(false)],
      ['tokenizer.ggml.add_eos_token', bool(true)],
      ...(characterMap === null
        ? []
        : [
            [
              'tokenizer.ggml.precompiled_charsmap',
              { type: 'array', element: 'uint8', values: characterMap },
            ] as const,
          ]),
    ],
    lost,
  };
}

function appendUnused(tokens: string[], scores: number[], kinds: number[]): void {
  tokens.push(`[PAD${tokens.length}]`);
  scores.push(UNUSED_SCORE);
  kinds.push(TOKEN_KIND.unused);
}

function normalization({ normalizer }: TokenizerFile) {
  const steps: readonly SingleNormalizer[] =
    normalizer === null
      ? []
      : normalizer.type === 'Sequence'
        ? normalizer.normalizers
        : [normalizer];
  let characterMap: Uint8Array | null = null;
  const lost: string[] = [];
  for (const step of steps) {
    if (step.type === 'Precompiled') {
      if (step.precompiled_charsmap !== null) {
        characterMap = Uint8Array.from(atob(step.precompiled_charsmap), (character) =>
          character.charCodeAt(0),
        );
      }
    } else if (step.type === 'Replace') {
      // Runs of spaces become one by `remove_extra_whitespaces`.
      if ('String' in step.pattern) {
        lost.push(`${JSON.stringify(step.pattern.String)} becomes ${JSON.stringify(step.content)}`);
      }
    } else if (step.type !== 'Strip') {
      lost.push(`Unicode normalisation ${step.type}`);
    }
  }
  return { characterMap, lost };
}

function text(value: string): GgufValue {
  return { type: 'string', value };
}

function bool(value: boolean): GgufValue {
  return { type: 'bool', value };
}
