/** The T5 tokenizer: text to piece ids and back, the same ids SentencePiece gives. */

import { createNormalization } from './normalization';
import { createSegmentation } from './segmentation';
import { UNKNOWN_SURFACE } from './unknown-surface';
import {
  SPACE_MARK,
  parseWith,
  tokenizerConfigSchema,
  tokenizerFileSchema,
  type TokenizerFile,
} from './tokenizer-file';

/**
 * Longest text `encode` takes, in UTF-16 units, before and after normalisation: thirty times the
 * longest GSM8K question, and little enough that the segmentation lattice of a text without spaces
 * stays under a hundred megabytes.
 */
export const MAXIMUM_TEXT_LENGTH = 32_768;

/** The two parsed JSON files that a tokenizer is read from, for those who pass it on. */
export interface TokenizerFiles {
  readonly tokenizer: unknown;
  readonly configuration: unknown;
}

export interface Tokenizer {
  readonly files: TokenizerFiles;
  /** Number of ids, special ones included. A model's embedding table may have more rows. */
  readonly vocabularySize: number;
  readonly padId: number;
  readonly endId: number;
  readonly unknownId: number;
  /**
   * The ids of a text, ending with `endId`. Text is only ever text: `</s>` or `<pad>` written in it
   * becomes ordinary pieces (as in SentencePiece), never a special token.
   * @throws RangeError when the text is longer than `MAXIMUM_TEXT_LENGTH`.
   */
  encode(text: string): number[];
  /**
   * The text of ids, up to the first `endId`; special tokens are left out, unknown ones and ids
   * outside the vocabulary are written as U+2047 so that they stay visible. Never throws.
   */
  decode(ids: readonly number[]): string;
}

/**
 * Reads a Hugging Face Unigram tokenizer (T5's) from its two parsed JSON files.
 *
 * Built over the tokenizers library, and corrected where that differs from SentencePiece: the
 * character map is applied exactly (`readCharacterMap`), ties between segmentations fall as they do
 * there (`createSegmentation`), and special tokens are never found in ordinary text.
 *
 * Round trip: without unknown tokens, `decode(encode(text))` is the normalised text (T5: its
 * character map, white space collapsed and trimmed) and `encode(decode(ids))` gives back the ids of
 * every `ids = encode(text)`. Unknown tokens cannot come back; `assertSurvivesTokenizer` finds them.
 *
 * @throws Error naming the place and the broken rule.
 */
export function createTokenizer(tokenizerJson: unknown, tokenizerConfigJson: unknown): Tokenizer {
  const file = parseWith(tokenizerFileSchema, tokenizerJson, 'tokenizer.json');
  const config = parseWith(tokenizerConfigSchema, tokenizerConfigJson, 'tokenizer_config.json');
  const pieces = readPieces(file);
  const unknownId = file.model.unk_id;
  const special = new Set([unknownId, ...file.added_tokens.map(({ id }) => id)]);
  const idOfSpecial = (token: string | { content: string }, key: string): number => {
    const content = typeof token === 'string' ? token : token.content;
    const found = file.added_tokens.find((added) => added.content === content);
    if (found === undefined) {
      throw fileError(`${key} in tokenizer_config.json`, 'one of the added_tokens', content);
    }
    return found.id;
  };
  const padId = idOfSpecial(config.pad_token, 'pad_token');
  const endId = idOfSpecial(config.eos_token, 'eos_token');
  if (new Set([padId, endId, unknownId]).size !== 3) {
    throw fileError('pad, end and unknown token', 'three different ids', `${padId}, ${endId}`);
  }
  checkTemplate(file, pieces[endId] ?? '');

  const normalize = createNormalization(file);
  const segment = createSegmentation(file.model.vocab, unknownId, special);
  return {
    files: { tokenizer: tokenizerJson, configuration: tokenizerConfigJson },
    vocabularySize: pieces.length,
    padId,
    endId,
    unknownId,
    encode(text) {
      checkLength(text);
      const normalized = normalize(text);
      checkLength(normalized);
      const ids = segment(normalized);
      ids.push(endId);
      return ids;
    },
    decode(ids) {
      let text = '';
      for (const id of ids) {
        if (id === endId) break;
        const piece = pieces[id];
        if (piece === undefined || id === unknownId) text += ` ${UNKNOWN_SURFACE} `;
        else if (special.has(id)) continue;
        // The mark in front of the first word was put there by `encode`.
        else if (text === '' && piece.startsWith(SPACE_MARK)) text = toSpaces(piece.slice(1));
        else text += toSpaces(piece);
      }
      return text;
    },
  };
}

function toSpaces(piece: string): string {
  return piece.replaceAll(SPACE_MARK, ' ');
}

function checkLength(text: string): void {
  if (text.length > MAXIMUM_TEXT_LENGTH) {
    throw new RangeError(
      `A text to tokenize has at most ${MAXIMUM_TEXT_LENGTH} characters, this one has ${text.length}. Shorten it or leave the problem out.`,
    );
  }
}

/** All pieces by id: the vocabulary and the added tokens after it. */
function readPieces(file: TokenizerFile): string[] {
  const pieces = file.model.vocab.map(([piece]) => piece);
  if (new Set(pieces).size !== pieces.length) {
    throw fileError('model.vocab', 'every piece once', 'the same piece twice');
  }
  if (file.model.unk_id >= pieces.length) {
    throw fileError('model.unk_id', `an id below ${pieces.length}`, `${file.model.unk_id}`);
  }
  for (const { id, content } of [...file.added_tokens].sort((a, b) => a.id - b.id)) {
    if (id > pieces.length) {
      throw fileError('added_tokens', `${pieces.length} as the next id`, `${id}`);
    }
    const present = pieces[id];
    if (present !== undefined && present !== content) {
      throw fileError('added_tokens', `"${present}" as id ${id}, as in the vocabulary`, content);
    }
    pieces[id] = content;
  }
  return pieces;
}

/** `encode` appends the end token itself; a file that asks for anything else must not be misread. */
function checkTemplate(file: TokenizerFile, endToken: string): void {
  if (file.post_processor === null) return;
  const items = file.post_processor.single.map((item) =>
    'Sequence' in item ? 'text' : item.SpecialToken.id,
  );
  if (items.length !== 2 || items[0] !== 'text' || items[1] !== endToken) {
    throw fileError('post_processor.single', `the text, then ${endToken}`, items.join(', '));
  }
}

function fileError(place: string, expected: string, found: string): Error {
  return new Error(
    `tokenizer.json is not a T5 tokenizer this page can read: ${place} needs ${expected}, found ${found.slice(0, 200)}. Take the file from the model's own repository.`,
  );
}
