/** Unigram segmentation: the likeliest way to cut normalised text into pieces, rounded as SentencePiece rounds. */

import { Unigram } from '@huggingface/tokenizers';

/**
 * The library's Unigram model (vocabulary, scores, prefix tree, joining of neighbouring unknown
 * characters) with SentencePiece's own search for the best path.
 *
 * The library adds scores in 64-bit floats where SentencePiece keeps the sum so far in 32 bits. The
 * difference decides ties: `RRR` is `RR|R` or `R|RR`, which score the same, depending on the rounding
 * of everything before it, and about one GSM8K-like text in five thousand has such a run of digits.
 *
 * Source: sentencepiece `src/unigram_model.cc`, `Model::EncodeOptimized`.
 */
class SentencePieceUnigram extends Unigram {
  /** The pieces of a normalised text; characters no piece holds come back as themselves. */
  override tokenize(normalized: string): string[] {
    const characters = Array.from(normalized);
    const count = characters.length;
    const bestScore = new Float32Array(count + 1);
    /** Where the best path's last piece begins, for every end; -1 while none is known. */
    const bestStart = new Int32Array(count + 1).fill(-1);
    const consider = (start: number, end: number, candidate: number): void => {
      if (bestStart[end] === -1 || candidate > (bestScore[end] ?? 0)) {
        bestScore[end] = candidate;
        bestStart[end] = start;
      }
    };
    for (let start = 0; start < count; start++) {
      const scoreHere = bestScore[start] ?? 0;
      let hasSingle = false;
      let node = this.trie.root.children.get(characters[start] ?? '');
      let piece = '';
      for (let end = start + 1; node !== undefined; end++) {
        piece += characters[end - 1] ?? '';
        if (node.is_leaf) {
          const score = this.scores[this.tokens_to_ids.get(piece) ?? -1] ?? this.unk_score;
          consider(start, end, Math.fround(Math.fround(score) + scoreHere));
          if (end === start + 1) hasSingle = true;
        }
        if (end === count) break;
        node = node.children.get(characters[end] ?? '');
      }
      if (!hasSingle) consider(start, start + 1, Math.fround(this.unk_score + scoreHere));
    }
    const pieces: string[] = [];
    for (let end = count; end > 0;) {
      const start = bestStart[end] ?? 0;
      pieces.push(characters.slice(start, end).join(''));
      end = start;
    }
    return pieces.reverse();
  }
}

/**
 * Builds the function from normalised text (see `createNormalization`) to piece ids.
 *
 * @param vocabulary every piece with its log-probability, in the order of ids
 * @param unknownId the id of characters no piece holds; neighbouring ones share one
 * @param specialIds pieces that text must never produce, such as the end token
 */
export function createSegmentation(
  vocabulary: readonly (readonly [string, number])[],
  unknownId: number,
  specialIds: ReadonlySet<number>,
): (normalized: string) => number[] {
  // Half of a surrogate pair never occurs in normalised text, so these pieces can never match.
  const vocab = vocabulary.map(([piece, score], id): [string, number] => [
    specialIds.has(id) ? `\uD800${piece}` : piece,
    score,
  ]);
  const model = new SentencePieceUnigram({ type: 'Unigram', unk_id: unknownId, vocab }, '');
  return (normalized) =>
    model._call([normalized]).map((piece) => model.tokens_to_ids.get(piece) ?? unknownId);
}
